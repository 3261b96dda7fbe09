import { UIKind, Uri, env } from 'vscode';
import type { Logger } from '../../core/logger.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import { toBaseUrlForClients } from '../base-url-for-clients.ts';
import type { ServerController } from '../server-controller.ts';

/** Knows the base URL for tools on the user's machine, where the window is on another one than the server. */
export interface ForwardedUrl {
  /** The one of the present state; `null` where it is the server's own. */
  readonly current: string | null;
  /** The base URL to give to a person, which works from then on. */
  resolve(baseUrl: string): Promise<string>;
  /** Finds it out for a state, again after a failure; calls `onDidChange` where it is another one than before. Never rejects. */
  follow(state: GatewayState): Promise<void>;
}

/** The server's own base URL, while it runs; an empty one while it does not. */
interface Target {
  readonly baseUrl: string;
  /** Being asked for, or known. */
  isAsked: boolean;
  hasFailed: boolean;
}

/** Requests that come through the editor's tunnel carry its name as their host: it is let in. */
export const createForwardedUrl = (options: {
  server: Pick<ServerController, 'allowHost'>;
  logger: Logger;
  onDidChange: () => void;
}): ForwardedUrl => {
  const { server, logger, onDidChange } = options;
  let current: string | null = null;
  // A new one for each time that the server runs.
  let target: Target = { baseUrl: '', isAsked: true, hasFailed: false };

  const forward = (baseUrl: string): Promise<string> =>
    toBaseUrlForClients(baseUrl, {
      isWeb: env.uiKind === UIKind.Web,
      isRemote: env.remoteName !== undefined,
      asExternalUri: async (url) => (await env.asExternalUri(Uri.parse(url, true))).toString(true),
    });

  const show = (found: string | null): void => {
    if (found === current) return;
    current = found;
    onDidChange();
  };

  const accept = (asked: Target, url: string): void => {
    if (asked !== target) return;
    asked.isAsked = true;
    if (url !== asked.baseUrl) server.allowHost(new URL(url).hostname);
    show(url === asked.baseUrl ? null : url);
  };

  const find = async (asked: Target): Promise<void> => {
    asked.isAsked = true;
    try {
      accept(asked, await forward(asked.baseUrl));
    } catch (error) {
      if (asked !== target) return;
      asked.isAsked = false;
      // The state changes with every request: once is enough.
      if (!asked.hasFailed) {
        logger.warn('The editor could not forward the port of the server.', { cause: String(error) });
      }
      asked.hasFailed = true;
      show(null);
    }
  };

  return {
    get current() {
      return current;
    },
    async resolve(baseUrl) {
      const asked = target;
      const url = await forward(baseUrl);
      if (asked.baseUrl === baseUrl) accept(asked, url);
      return url;
    },
    async follow(state) {
      const baseUrl = state.status === 'running' ? state.baseUrl : '';
      if (baseUrl !== target.baseUrl) target = { baseUrl, isAsked: false, hasFailed: false };
      if (target.isAsked) return;
      if (baseUrl === '') accept(target, baseUrl);
      else await find(target);
    },
  };
};
