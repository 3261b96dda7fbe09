import type { AccessTokenInfo } from '../core/access-token.ts';
import type { AccountInfo } from '../core/account.ts';
import type { ConversationInfo } from '../core/conversation-info.ts';
import type { DailyUsage } from '../core/daily-usage.ts';
import type { PanelCommand } from './contract/panel-messages.ts';

/** What the panel shows of the server on every tab. */
export interface ServerModel {
  readonly status: 'stopped' | 'starting' | 'running' | 'served-elsewhere' | 'failed';
  /** For tools on the user's machine; `null` where nothing listens. Ends in `/v1`. */
  readonly baseUrl: string | null;
  readonly port: number | null;
  /** One sentence on the state, in the user's language. */
  readonly summary: string;
  /** What is wrong and what to do, in the user's language; the most urgent first. */
  readonly warnings: readonly string[];
  /** Whether a workspace that is not trusted forbids to start. */
  readonly isRestricted: boolean;
  /** Whether the Portside that serves elsewhere can be asked to make way. */
  readonly canTakeOver: boolean;
  readonly needsSignIn: boolean;
}

/** One point of the history on the overview: what began within a span of time. */
export interface HistoryPoint {
  /** Milliseconds since 1970: where the span begins. */
  readonly at: number;
  readonly requests: number;
  /** The median of its requests; `null` where none had output. */
  readonly firstDeltaMs: number | null;
}

export interface OverviewModel {
  readonly server: ServerModel;
  readonly account: AccountInfo | null;
  readonly activeRuns: number;
  readonly queuedRuns: number;
  readonly today: DailyUsage;
  /** The last half hour by minutes, the newest last. */
  readonly history: readonly HistoryPoint[];
}

/** A conversation with the name of the access token that it belongs to; `null` where that is not known. */
export type SessionRow = ConversationInfo & { readonly tokenName: string | null };

export interface AccessModel {
  /** The default one first, then the oldest. */
  readonly tokens: readonly AccessTokenInfo[];
  readonly accounts: readonly AccountInfo[];
  /** In the user's language, such as that no token is required. */
  readonly warnings: readonly string[];
}

/** What a token shall be, as the form has it. */
export interface NewTokenForm {
  readonly name: string;
  /** In days from now; `null` for ever. */
  readonly expiresInDays: number | null;
  /** The name of an account; `null` for the default one. */
  readonly account: string | null;
  /** `null` for all. */
  readonly models: readonly string[] | null;
  readonly requestsPerMinute: number | null;
}

/** Where a token came to be, or why not. */
export type TokenCreation =
  /** The only time that it is shown. */
  | { readonly status: 'created'; readonly token: string; readonly name: string }
  /** In the user's language or English, as the server says it. */
  | { readonly status: 'refused'; readonly message: string };

/** A model that a tool can be given. */
export interface ModelChoice {
  readonly id: string;
  readonly displayName: string;
}

/** A tool that can be connected. */
export interface ToolChoiceRow {
  readonly id: string;
  readonly name: string;
  /** What kind of tool it is, in a few words. */
  readonly description: string;
  /** Whether Portside has written its configuration, which can be undone. */
  readonly canUndo: boolean;
}

/** What can be in the way of connecting, by the command that takes it away. */
export type ObstacleCommand = Extract<
  PanelCommand,
  'portside.startServer' | 'portside.takeOverServer' | 'portside.signIn'
>;

export interface ConnectModel {
  readonly tools: readonly ToolChoiceRow[];
  /** Empty where they cannot be listed. */
  readonly models: readonly ModelChoice[];
  readonly defaultModel: string;
  /** Where tools find the server; `null` where it is not known. The guides are made for it. */
  readonly baseUrl: string | null;
  /** Whether the server lets containers in, which some guides ask for. */
  readonly allowsContainers: boolean;
  /** Why connecting is not possible now, with what to do; `null` where it is. */
  readonly obstacle: string | null;
  /** The command that takes the obstacle away; none where one can only wait, or has to do it elsewhere. */
  readonly obstacleCommand?: ObstacleCommand;
}

/** One step of connecting a tool. */
export interface GuideStep {
  /** What to do, in the user's language. Plain text. */
  readonly text: string;
  /** What to paste: the token in it is masked. */
  readonly snippet: { readonly language: string; readonly text: string } | null;
}

/** How to connect a tool with the chosen model. */
export interface ConnectGuide {
  readonly toolId: string;
  readonly steps: readonly GuideStep[];
  /** The file that "Write config" changes; `null` where the tool has none. */
  readonly configFile: string | null;
  readonly canUndo: boolean;
  /** Whether the guide is for the tool in a container: as it was asked for, or else where the tool usually runs. */
  readonly isInContainer: boolean;
  /** Whether the guide is for a container, which the server does not let in yet. */
  readonly needsDockerAccess: boolean;
}

/** What came of a test: what the tool would have shown. */
export type ConnectTest =
  | { readonly status: 'answered'; readonly answer: string; readonly model: string; readonly durationMs: number }
  | {
      readonly status: 'failed';
      readonly message: string;
      /** The command that takes away what was in the way; none where there is no such command. */
      readonly command?: ObstacleCommand;
    };

/** What came of writing or undoing a configuration; `message` says it to people. */
export interface ConnectChange {
  readonly status: 'done' | 'declined' | 'failed';
  readonly message: string;
}
