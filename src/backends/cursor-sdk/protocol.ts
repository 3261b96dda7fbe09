import { NotificationType, ProgressType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { CursorProfile, IssuedKey } from '../../core/account.ts';
import type { ProxyUse } from '../../core/backend.ts';
import type { Model } from '../../core/model.ts';
import type { RunEvent, RunFailure } from '../../core/run-event.ts';
import type { RunRequest } from '../../core/run-request.ts';
import type { ToolResult } from '../../core/tool.ts';

/**
 * What server and bridge say to each other: JSON-RPC 2.0 over the IPC channel of `child_process.fork`.
 *
 * Keys, session tokens and prompts travel here and nowhere else: not in arguments, not in the environment, not in logs.
 */

/** Raised with every change that the other side would misunderstand. */
export const PROTOCOL_VERSION = 4;

export interface InitializeParams {
  readonly protocolVersion: number;
  /** Empty for Cursor's own service. */
  readonly backendUrl: string;
  /** Whether the environment of the child names an HTTP proxy for the way there. */
  readonly isProxied: boolean;
  /** A file where the SDK would make its folder for transcripts: so it writes none. Made by the server, deleted by both. */
  readonly cursorDataPath: string;
  /** The empty folder that the SDK takes for the workspace. */
  readonly workFolder: string;
  readonly timeouts: RunTimeouts;
}

/** The limits that the child itself keeps. All in milliseconds. */
export interface RunTimeouts {
  readonly createMs: number;
  readonly sendMs: number;
  readonly turnEndMs: number;
  /** How long Cursor may send nothing. */
  readonly silenceMs: number;
}

export interface InitializeResult {
  readonly protocolVersion: number;
  readonly nodeVersion: string;
  readonly proxy: ProxyUse;
}

/** First message to the child; answered once the SDK is loaded. Fails with an {@link InitializeErrorData}. */
export const initializeRequest = new RequestType<InitializeParams, InitializeResult, InitializeErrorData>('initialize');

/** Why a start failed that would fail again in the same way. */
export interface InitializeErrorData {
  readonly kind: 'protocol-mismatch' | 'node-too-old' | 'sdk-not-loaded';
}

export interface RunParams {
  /** Chosen by the server; names the run in {@link runEventsProgress}. */
  readonly runKey: number;
}

export interface RunContentParams extends RunParams {
  readonly request: RunRequest;
}

/**
 * What to run; comes right before its {@link runRequest}. Apart from it, as both sides of a connection hold on to the
 * parameters of a request until it is answered, which for a run that waits for tool results is minutes later.
 */
export const runContentNotification = new NotificationType<RunContentParams>('runContent');

export interface RunResult {
  /** The agent of the run, where the child has kept it. */
  readonly keptAgentId: string | null;
}

/** Runs one request, in turns; its events come by {@link runEventsProgress}, the answer after the last of them. Can be cancelled. */
export const runRequest = new RequestType<RunParams, RunResult, void>('run');

export interface ToolResultsParams {
  readonly runKey: number;
  readonly results: readonly ToolResult[];
}

/** Answers tool calls of a run. Those of calls that do not wait, or of a run that is over, are dropped. */
export const toolResultsNotification = new NotificationType<ToolResultsParams>('toolResults');

export interface ReleaseAgentsParams {
  readonly agentIds: readonly string[];
}

/** Lets go of kept agents, and deletes what is left of their conversations. Unknown ids are left out. */
export const releaseAgentsNotification = new NotificationType<ReleaseAgentsParams>('releaseAgents');

/** The events of all runs since the last such message, by run, in order. */
export type RunEventBatch = readonly (readonly [runKey: number, events: readonly RunEvent[]])[];

export const runEventsProgress = new ProgressType<RunEventBatch>();

/** The one token of {@link runEventsProgress}: all runs share it, so that many streams make few messages. */
export const RUN_EVENTS_TOKEN = 'run-events';

export interface ApiKeyParams {
  readonly apiKey: string;
}

/** A list, or why there is none. */
export type ListModelsResult = { readonly models: readonly Model[] } | { readonly error: RunFailure };

export const listModelsRequest = new RequestType<ApiKeyParams, ListModelsResult, void>('listModels');

/** Whose key it is, or why that is not known. */
export type ReadProfileResult = { readonly profile: CursorProfile } | { readonly error: RunFailure };

/** Can be cancelled. */
export const readProfileRequest = new RequestType<ApiKeyParams, ReadProfileResult, void>('readProfile');

export interface SignInParams {
  /** The new key's name in the Cursor Dashboard. */
  readonly keyName: string;
}

/** A new key, or why there is none. */
export type IssueKeyResult = { readonly key: IssuedKey } | { readonly error: RunFailure };

/** Signs in with a browser, and has a key made: tells the page by {@link signInPageNotification}, then waits for the person. Can be cancelled. */
export const signInRequest = new RequestType<SignInParams, IssueKeyResult, void>('signIn');

/** The page on which a person signs in, for the one sign-in under way. */
export const signInPageNotification = new NotificationType<{ readonly url: string }>('signInPage');

export interface ExchangeSessionParams extends SignInParams {
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Whose session it has to be; `null` for anybody's. */
  readonly expectedEmail: string | null;
}

/** Has a key made for a session that has signed in elsewhere. Can be cancelled. */
export const exchangeSessionRequest = new RequestType<ExchangeSessionParams, IssueKeyResult, void>('exchangeSession');

/** Readies the SDK for runs with this key. A failure means nothing but a slower first run. */
export const prewarmRequest = new RequestType<ApiKeyParams, PrewarmResult, void>('prewarm');

export interface PrewarmResult {
  /** `null` where it worked. */
  readonly error: RunFailure | null;
}

export interface PingResult {
  readonly rssBytes: number;
  readonly activeRuns: number;
  /** Something in the SDK is stuck for good: only a new process helps. */
  readonly needsRestart: boolean;
}

export const pingRequest = new RequestType0<PingResult, void>('ping');

/** Ends all runs, deletes the files, then exits. */
export const shutdownNotification = new NotificationType<null>('shutdown');

/** A log line of the child. Never holds keys, prompts or answers. */
export interface LogParams {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

export const logNotification = new NotificationType<LogParams>('log');
