import * as z from 'zod/mini';
import type { Logger } from '../../core/logger.ts';
import type { MessageToWebview, NotificationDefinition } from '../../panel/contract/define.ts';
import { panelCommands, panelNotifications, panelRequests } from '../../panel/contract/panel-messages.ts';
import {
  type PanelCommandHandlers,
  type PanelRequestHandlers,
  commandSchemas,
  requestSchemas,
} from './message-schemas.ts';

type Notifications = typeof panelNotifications;

/** Tells the webview something. */
export type NotifyPanel = <Name extends keyof Notifications>(
  name: Name,
  payload: Notifications[Name] extends NotificationDefinition<infer Payload> ? Payload : never,
) => void;

export interface PanelTransport {
  readonly notify: NotifyPanel;
  /** Takes a message of the webview, whatever it is. Resolves when it is dealt with; never rejects. */
  receive(message: unknown): Promise<void>;
}

/** What a handler is called with, once its parameters are known to be right; `null` where they are not. */
type Call = () => unknown;

type ToCall = (params: unknown) => Call | null;

const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('request'), id: z.int(), method: z.string(), params: z.unknown() }),
  z.object({ kind: z.literal('command'), method: z.string(), params: z.unknown() }),
]);

const toCall =
  <Params>(schema: z.ZodMiniType<Params>, handler: (params: Params) => unknown): ToCall =>
  (params) => {
    const read = schema.safeParse(params);
    return read.success ? () => handler(read.data) : null;
  };

/** The extension's end of the wire. What is unknown or malformed is dropped: nobody but a bug, or somebody else, sends it. */
export const createPanelTransport = (options: {
  readonly post: (message: MessageToWebview) => void;
  readonly requests: PanelRequestHandlers;
  readonly commands: PanelCommandHandlers;
  readonly logger: Logger;
  /** What to tell people of a failure. */
  readonly describeFailure: (error: unknown) => string;
  /** Tells people of a failure that the webview does not wait for. */
  readonly showFailure: (error: unknown) => void;
}): PanelTransport => {
  const { post, requests: asks, commands: tells, logger, describeFailure, showFailure } = options;

  const requests = new Map<string, ToCall>([
    [panelRequests.getRequest.method, toCall(requestSchemas.getRequest, asks.getRequest)],
    [panelRequests.cancelRequest.method, toCall(requestSchemas.cancelRequest, asks.cancelRequest)],
    [panelRequests.copyRequestAsCurl.method, toCall(requestSchemas.copyRequestAsCurl, asks.copyRequestAsCurl)],
    [panelRequests.createToken.method, toCall(requestSchemas.createToken, asks.createToken)],
    [panelRequests.revokeToken.method, toCall(requestSchemas.revokeToken, asks.revokeToken)],
    [panelRequests.getGuide.method, toCall(requestSchemas.getGuide, asks.getGuide)],
    [panelRequests.copySnippet.method, toCall(requestSchemas.copySnippet, asks.copySnippet)],
    [panelRequests.writeConfig.method, toCall(requestSchemas.writeConfig, asks.writeConfig)],
    [panelRequests.undoConfig.method, toCall(requestSchemas.undoConfig, asks.undoConfig)],
    [panelRequests.testTool.method, toCall(requestSchemas.testTool, asks.testTool)],
  ]);
  const commands = new Map<string, ToCall>([
    [panelCommands.ready.method, toCall(commandSchemas.ready, tells.ready)],
    [panelCommands.showTab.method, toCall(commandSchemas.showTab, tells.showTab)],
    [panelCommands.run.method, toCall(commandSchemas.run, tells.run)],
    [panelCommands.copy.method, toCall(commandSchemas.copy, tells.copy)],
    [panelCommands.watchRequest.method, toCall(commandSchemas.watchRequest, tells.watchRequest)],
    [panelCommands.openRequest.method, toCall(commandSchemas.openRequest, tells.openRequest)],
    [panelCommands.setCapture.method, toCall(commandSchemas.setCapture, tells.setCapture)],
    [panelCommands.clearRequests.method, toCall(commandSchemas.clearRequests, tells.clearRequests)],
    [panelCommands.closeSession.method, toCall(commandSchemas.closeSession, tells.closeSession)],
    [panelCommands.closeAllSessions.method, toCall(commandSchemas.closeAllSessions, tells.closeAllSessions)],
    [panelCommands.useAccount.method, toCall(commandSchemas.useAccount, tells.useAccount)],
    [panelCommands.removeAccount.method, toCall(commandSchemas.removeAccount, tells.removeAccount)],
    [panelCommands.copyCreatedToken.method, toCall(commandSchemas.copyCreatedToken, tells.copyCreatedToken)],
    [panelCommands.forgetCreatedToken.method, toCall(commandSchemas.forgetCreatedToken, tells.forgetCreatedToken)],
  ]);

  const logFailure = (method: string, error: unknown): void =>
    logger.error('The panel could not do something.', {
      method,
      cause: error instanceof Error ? error.stack : String(error),
    });

  const answer = async (id: number, method: string, call: Call): Promise<void> => {
    try {
      post({ kind: 'result', id, result: await call() });
    } catch (error) {
      logFailure(method, error);
      post({ kind: 'failure', id, message: describeFailure(error) });
    }
  };

  const obey = async (method: string, call: Call): Promise<void> => {
    try {
      await call();
    } catch (error) {
      logFailure(method, error);
      showFailure(error);
    }
  };

  return {
    notify(name, payload) {
      post({ kind: 'notification', method: panelNotifications[name].method, payload });
    },
    async receive(message) {
      const read = messageSchema.safeParse(message);
      if (!read.success) return;
      const { method, params } = read.data;
      const call = (read.data.kind === 'request' ? requests : commands).get(method)?.(params) ?? null;
      if (call === null) {
        logger.debug('The panel sent something that is not known.', { method });
      } else if (read.data.kind === 'request') {
        await answer(read.data.id, method, call);
      } else {
        await obey(method, call);
      }
    },
  };
};
