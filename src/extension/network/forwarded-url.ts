import { UIKind, Uri, env } from 'vscode';
import type { Logger } from '../../core/logger.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import { toBaseUrlForClients } from '../base-url-for-clients.ts';
import type { ServerController } from '../server-controller.ts';

/** Knows the base URL for tools on the user's machine, where the window is on another one than the server. */
export interface ForwardedUrl {
  /** The one of the present state; `null` where it is the server's own. */
  readonly current: string | null;
  /** The base URL to give to a person. */
  resolve(baseUrl: string): Promise<string>;
  /** Finds it out for a state; calls `onDidChange` where it is another one than before. Never rejects. */
  follow(state: GatewayState): Promise<void>;
}

/** Requests that come through the editor's tunnel carry its name as their host: it is let in. */
export const createForwardedUrl = (options: {
  server: Pick<ServerController, 'allowHost'>;
  logger: Logger;
  onDidChange: () => void;
}): ForwardedUrl => {
  const { server, logger, onDidChange } = options;
  let current: string | null = null;
  let followed = '';

  const resolve = (baseUrl: string): Promise<string> =>
    toBaseUrlForClients(baseUrl, {
      isWeb: env.uiKind === UIKind.Web,
      isRemote: env.remoteName !== undefined,
      asExternalUri: async (url) => (await env.asExternalUri(Uri.parse(url, true))).toString(true),
    });

  return {
    get current() {
      return current;
    },
    resolve,
    async follow(state) {
      const baseUrl = state.status === 'running' ? state.baseUrl : '';
      if (baseUrl === followed) return;
      followed = baseUrl;
      let found: string | null = null;
      try {
        const url = baseUrl === '' ? baseUrl : await resolve(baseUrl);
        if (followed !== baseUrl) return;
        if (url !== baseUrl) {
          found = url;
          server.allowHost(new URL(url).hostname);
        }
      } catch (error) {
        logger.warn('The editor could not forward the port of the server.', { cause: String(error) });
      }
      if (found === current) return;
      current = found;
      onDidChange();
    },
  };
};
