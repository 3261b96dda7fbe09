import type { RequestDetail, RequestSummary } from '../../core/request-activity.ts';
import type {
  AccessModel,
  ConnectChange,
  ConnectGuide,
  ConnectModel,
  ConnectTest,
  NewTokenForm,
  OverviewModel,
  SessionRow,
  TokenCreation,
} from '../models.ts';
import { defineCommand, defineNotification, defineRequest } from './define.ts';

/** The tabs of the panel, in their order. */
export const PANEL_TABS = ['overview', 'requests', 'sessions', 'access', 'connect'] as const;

export type PanelTab = (typeof PANEL_TABS)[number];

/** The commands of the editor that the panel may run; anything else is refused. */
export const PANEL_COMMANDS = [
  'portside.startServer',
  'portside.takeOverServer',
  'portside.signIn',
  'portside.switchAccount',
  'portside.copyAccessToken',
  'portside.rotateAccessToken',
  'portside.allowDocker',
  'portside.changePort',
  'portside.showLogs',
  'portside.openSettings',
  'portside.copyDiagnostics',
] as const;

export type PanelCommand = (typeof PANEL_COMMANDS)[number];

/** How a tool is to be connected. */
export interface ConnectTarget {
  readonly toolId: string;
  readonly model: string;
  /** Whether the tool runs in a container; where it is absent, the tool is taken to run where it usually does. */
  readonly isInContainer?: boolean;
}

/** What the webview asks, and waits for. A failure has a message for people. */
export const panelRequests = {
  /** Null where the request is not known any more. */
  getRequest: defineRequest<{ readonly id: number }, RequestDetail | null>('requests/get'),
  /** False where it was over already. */
  cancelRequest: defineRequest<{ readonly id: number }, boolean>('requests/cancel'),
  /** True where it is in the clipboard; false where the request is not known any more, which the extension says. */
  copyRequestAsCurl: defineRequest<{ readonly id: number }, boolean>('requests/curl'),
  createToken: defineRequest<NewTokenForm, TokenCreation>('tokens/create'),
  /** Asks the user first; false where they have changed their mind. */
  revokeToken: defineRequest<{ readonly id: string }, boolean>('tokens/revoke'),
  getGuide: defineRequest<ConnectTarget, ConnectGuide>('connect/guide'),
  /** Copies a step's snippet with the tool's own token, which is made where it has none. */
  copySnippet: defineRequest<ConnectTarget & { readonly step: number }, null>('connect/copy'),
  /** Shows the difference and asks first. */
  writeConfig: defineRequest<ConnectTarget, ConnectChange>('connect/write'),
  undoConfig: defineRequest<{ readonly toolId: string }, ConnectChange>('connect/undo'),
  testTool: defineRequest<{ readonly toolId: string; readonly model: string }, ConnectTest>('connect/test'),
} as const;

/** What the webview tells the extension. */
export const panelCommands = {
  /** It listens now: the extension sends all notifications once, and again as things change. */
  ready: defineCommand<{ readonly tab: PanelTab }>('ready'),
  /** Only the tab that is seen is kept up to date, besides the overview. */
  showTab: defineCommand<{ readonly tab: PanelTab }>('tab/show'),
  run: defineCommand<{ readonly command: PanelCommand }>('command/run'),
  /** Copies what the panel shows, never a secret. `what` names it for the remark in the status bar, in the user's language. */
  copy: defineCommand<{ readonly text: string; readonly what: string }>('copy'),
  /** Sends `requestDetail` for this one as it changes; null for none. */
  watchRequest: defineCommand<{ readonly id: number | null }>('requests/watch'),
  openRequest: defineCommand<{ readonly id: number }>('requests/open'),
  setCapture: defineCommand<{ readonly isCapturing: boolean }>('requests/capture'),
  clearRequests: defineCommand('requests/clear'),
  closeSession: defineCommand<Pick<SessionRow, 'state' | 'id'>>('sessions/close'),
  /** Asks the user first. */
  closeAllSessions: defineCommand('sessions/close-all'),
  /** Makes an account the default. */
  useAccount: defineCommand<{ readonly name: string }>('accounts/use'),
  /** Asks the user first. */
  removeAccount: defineCommand<{ readonly name: string }>('accounts/remove'),
  /** Copies the token that `createToken` has just made, as long as the panel shows it. */
  copyCreatedToken: defineCommand('tokens/copy'),
  /** The panel does not show that token any more: nobody has it but the user now. */
  forgetCreatedToken: defineCommand('tokens/forget'),
} as const;

/** What the extension tells the webview. */
export const panelNotifications = {
  overview: defineNotification<OverviewModel>('overview'),
  /**
   * All requests, in place of those that were there. `logId` tells logs apart: each begins its ids anew, so what the panel
   * remembers of one means nothing in another.
   */
  allRequests: defineNotification<{
    readonly logId: string;
    readonly rows: readonly RequestSummary[];
    readonly isCapturing: boolean;
  }>('requests/all'),
  /** Some are new or have changed: at most one message in 100 ms. Rows of an unknown id go to the end. */
  changedRequests: defineNotification<{ readonly rows: readonly RequestSummary[] }>('requests/changed'),
  requestDetail: defineNotification<RequestDetail>('requests/detail'),
  /** More of the captured answer of the watched request. */
  answerText: defineNotification<{ readonly id: number; readonly text: string }>('requests/answer-text'),
  sessions: defineNotification<{ readonly rows: readonly SessionRow[] }>('sessions'),
  access: defineNotification<AccessModel>('access'),
  connect: defineNotification<ConnectModel>('connect'),
  /** Shows a tab, as a command or the walkthrough asks for. */
  reveal: defineNotification<{ readonly tab: PanelTab; readonly toolId?: string }>('tab/reveal'),
} as const;
