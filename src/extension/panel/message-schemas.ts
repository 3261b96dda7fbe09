import * as z from 'zod/mini';
import type { CommandHandlersOf, RequestHandlers } from '../../panel/contract/define.ts';
import {
  PANEL_COMMANDS,
  PANEL_TABS,
  type panelCommands,
  type panelRequests,
} from '../../panel/contract/panel-messages.ts';

export type PanelRequestHandlers = RequestHandlers<typeof panelRequests>;
export type PanelCommandHandlers = CommandHandlersOf<typeof panelCommands>;

type SchemasOf<Handlers extends Readonly<Record<string, (params: never) => unknown>>> = {
  readonly [Name in keyof Handlers]: z.ZodMiniType<Parameters<Handlers[Name]>[0]>;
};

const tab = z.enum(PANEL_TABS);
const requestId = z.object({ id: z.int() });
/** Also the name of a file: no path. */
const toolId = z.string().check(z.regex(/^[a-z0-9-]{1,40}$/));
const connectTarget = z.object({ toolId, model: z.string(), isInContainer: z.exactOptional(z.boolean()) });
const name = z.object({ name: z.string() });

/** What the parameters of each question look like: a webview is not trusted to keep to its types. */
export const requestSchemas: SchemasOf<PanelRequestHandlers> = {
  getRequest: requestId,
  cancelRequest: requestId,
  copyRequestAsCurl: requestId,
  createToken: z.object({
    name: z.string(),
    expiresInDays: z.nullable(z.number()),
    account: z.nullable(z.string()),
    models: z.nullable(z.array(z.string())),
    requestsPerMinute: z.nullable(z.number()),
  }),
  revokeToken: z.object({ id: z.string() }),
  getGuide: connectTarget,
  copySnippet: z.extend(connectTarget, { step: z.int() }),
  writeConfig: connectTarget,
  undoConfig: z.object({ toolId }),
  testTool: z.object({ toolId, model: z.string() }),
};

/** The same of each command. */
export const commandSchemas: SchemasOf<PanelCommandHandlers> = {
  ready: z.object({ tab }),
  showTab: z.object({ tab }),
  run: z.object({ command: z.enum(PANEL_COMMANDS) }),
  copy: z.object({ text: z.string(), what: z.string() }),
  watchRequest: z.object({ id: z.nullable(z.int()) }),
  openRequest: requestId,
  setCapture: z.object({ isCapturing: z.boolean() }),
  clearRequests: z.null(),
  closeSession: z.object({ state: z.enum(['session', 'conversation', 'held']), id: z.string() }),
  closeAllSessions: z.null(),
  useAccount: name,
  removeAccount: name,
  copyCreatedToken: z.null(),
  forgetCreatedToken: z.null(),
};
