import { commands } from 'vscode';

/** The keys that the manifest's `enablement` conditions read. */
export interface ContextKeys {
  readonly 'portside.running': boolean;
  readonly 'portside.starting': boolean;
  /** Another Portside has the port, and this window waits for it. */
  readonly 'portside.servedElsewhere': boolean;
  /** And that one can be asked to make way. */
  readonly 'portside.canTakeOver': boolean;
  /** There is an account in the secret storage. */
  readonly 'portside.hasStoredAccount': boolean;
  /** There is any account, that of the environment included. */
  readonly 'portside.hasAccount': boolean;
  /** A tool was connected or tested in this window. */
  readonly 'portside.hasConnectedTool': boolean;
  /** The panel has shown a request in this window. */
  readonly 'portside.hasSeenRequest': boolean;
}

export interface ContextKeysManager {
  set(changes: Partial<ContextKeys>): void;
  /** As it was set last; `null` where it was not yet. */
  read(key: keyof ContextKeys): boolean | null;
}

/** The only place that sets context keys; a value that has not changed is not sent again. */
export const createContextKeys = (): ContextKeysManager => {
  const sent = new Map<string, boolean>();
  return {
    set(changes) {
      for (const [key, value] of Object.entries(changes)) {
        if (sent.get(key) === value) continue;
        sent.set(key, value);
        void commands.executeCommand('setContext', key, value);
      }
    },
    read: (key) => sent.get(key) ?? null,
  };
};
