import type { MessageToExtension, NotificationHandlers } from '../panel/contract/define.ts';
import { panelCommands, panelNotifications, panelRequests } from '../panel/contract/panel-messages.ts';
import type { EditorHost } from './editor-host.ts';
import type { PanelClient } from './panel-client.ts';

/** Both ways between panel and extension. */
export interface Transport {
  readonly client: PanelClient;
  /** Takes a message from the extension. What is not known is dropped. */
  receive(message: unknown): void;
}

interface PendingRequest {
  succeed(result: never): void;
  fail(error: Error): void;
}

/**
 * `MessageToWebview`, of which the other end is the same build: what it carries has the type that goes with its method, so it
 * fits whatever takes it.
 */
type KnownMessage =
  | { readonly kind: 'result'; readonly id: number; readonly result: never }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string }
  | { readonly kind: 'notification'; readonly method: string; readonly payload: never };

/** Speaks the panel's contract over `host`. Each notification has its handler, or this does not compile. */
export const createTransport = (
  host: Pick<EditorHost, 'postMessage'>,
  handlers: NotificationHandlers<typeof panelNotifications>,
): Transport => {
  const { postMessage } = host;
  const pending = new Map<number, PendingRequest>();
  let lastId = createFirstId();

  const send = (message: MessageToExtension): void => postMessage(message);

  const settle = (id: number): PendingRequest | undefined => {
    const request = pending.get(id);
    pending.delete(id);
    return request;
  };

  const notify = (method: string, payload: never): void => {
    for (const name of NOTIFICATION_NAMES) {
      if (panelNotifications[name].method !== method) continue;
      const handler: (payload: never) => void = handlers[name];
      handler(payload);
      return;
    }
  };

  return {
    client: {
      request: (name, params) =>
        new Promise((resolve, reject) => {
          lastId += 1;
          pending.set(lastId, { succeed: (result) => resolve(result), fail: reject });
          send({ kind: 'request', id: lastId, method: panelRequests[name].method, params });
        }),
      command: (name, params) => send({ kind: 'command', method: panelCommands[name].method, params }),
    },
    receive: (message) => {
      if (!isMessage(message)) return;
      if (message.kind === 'result') settle(message.id)?.succeed(message.result);
      else if (message.kind === 'failure') settle(message.id)?.fail(new Error(message.message));
      else notify(message.method, message.payload);
    },
  };
};

/**
 * Answers can outlive the page that has asked, and reach the one that comes after it: with ids from a random number on, they
 * meet nothing there. Far enough from the largest safe integer.
 */
const createFirstId = (): number => {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high >>> 12) * 2 ** 32 + low;
};

const isName = (name: string): name is keyof typeof panelNotifications => Object.hasOwn(panelNotifications, name);

const NOTIFICATION_NAMES = Object.keys(panelNotifications).filter(isName);

const isMessage = (value: unknown): value is KnownMessage => {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const hasId = 'id' in value && typeof value.id === 'number';
  switch (value.kind) {
    case 'result':
      return hasId;
    case 'failure':
      return hasId && 'message' in value && typeof value.message === 'string';
    case 'notification':
      return 'method' in value && typeof value.method === 'string';
    default:
      return false;
  }
};
