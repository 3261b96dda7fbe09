import type { CursorProfile } from './account.ts';
import type { Model } from './model.ts';
import type { RunEvent } from './run-event.ts';
import type { RunRequest } from './run-request.ts';
import type { ToolResult } from './tool.ts';

/** Whether a backend can take a request now. `failed` stays until {@link Backend.start} is called again. */
export type BackendStatus = 'stopped' | 'starting' | 'ready' | 'restarting' | 'failed';

/** The state of a backend, with the reason of a failure written for people. */
export interface BackendState {
  readonly status: BackendStatus;
  readonly reason: string | null;
  /** Whether Cursor is reached through an HTTP proxy; `unsupported` where one is set that this Node.js cannot use. */
  readonly proxy: ProxyUse;
  /** How often it was started again after it had failed or was worn out. Never goes down. */
  readonly restarts: number;
  /** Whether the first run has nothing to wait for. `failed` where that could not be prepared, as without an account. */
  readonly warmth: 'cold' | 'warm' | 'failed';
}

export type ProxyUse = 'none' | 'used' | 'unsupported';

/** The proxy for what goes to Cursor, as the editor's own settings have it. */
export interface ProxySettings {
  /** `http://[user:password@]host:port`; wins over the environment. Empty for what that says. */
  readonly url: string;
  /** Hosts that are reached without it, in the form of `NO_PROXY`; added to those of the environment. */
  readonly bypass: readonly string[];
}

/** A run under way: its events, of one turn after the other; see the grammar of {@link RunEvent}. */
export interface Run extends AsyncIterable<RunEvent> {
  /**
   * Gives results of calls that an earlier turn made; the run goes on when all have theirs. Results of calls that are not
   * waiting, and results for a run that is over, are dropped.
   */
  sendToolResults(results: readonly ToolResult[]): void;
}

/** A way to reach Cursor. */
export interface Backend {
  readonly state: BackendState;
  /** Calls `listener` after each change of {@link state} but those of its `warmth`; returns the function that ends this. */
  onDidChangeState(listener: (state: BackendState) => void): () => void;
  /** Begins to start; resolves when the first attempt has become ready or has failed, and never rejects. */
  start(): Promise<void>;
  /** Ends every run and every process of this backend, within 2 s. */
  stop(): Promise<void>;
  /** Begins to warm up again where that has failed; does nothing otherwise, or too soon after. */
  warmUp(): void;
  /** @throws GatewayError; `cursor_sign_in_required` where Cursor refuses the key */
  listModels(apiKey: string, signal?: AbortSignal): Promise<readonly Model[]>;
  /** Whose key it is. @throws GatewayError as {@link listModels} does */
  readProfile(apiKey: string, signal?: AbortSignal): Promise<CursorProfile>;
  /**
   * Runs one request. Waits for a backend that is starting; never throws: a failure is a `run-error` event.
   * Aborting `signal`, or returning from the iteration, cancels the run upstream; no further event is due then. Iterated once.
   */
  run(request: RunRequest, signal: AbortSignal): Run;
  /** Whether a kept agent is still there: a restart of the backend loses all of them. */
  hasAgent(agentId: string): boolean;
  /** Lets go of kept agents, and deletes what is left of their conversations. */
  releaseAgents(agentIds: readonly string[]): void;
}
