import { commands } from 'vscode';

/** The keys that the manifest's `enablement` conditions read. */
export interface ContextKeys {
  readonly 'portside.running': boolean;
  readonly 'portside.starting': boolean;
  readonly 'portside.hasCursorApiKey': boolean;
}

export interface ContextKeysManager {
  set<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void;
}

/** The only place that sets context keys; a value that has not changed is not sent again. */
export const createContextKeys = (): ContextKeysManager => {
  const sent = new Map<keyof ContextKeys, unknown>();
  return {
    set(key, value) {
      if (sent.get(key) === value) return;
      sent.set(key, value);
      void commands.executeCommand('setContext', key, value);
    },
  };
};
