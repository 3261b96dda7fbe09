import type { DailyUsage } from './daily-usage.ts';
import type { GatewayErrorCode } from './error-specs.ts';
import type { Usage } from './usage.ts';

/** How a request stands. `cancelled`: its client has hung up, or the user has ended it. */
export type RequestOutcome = 'running' | 'succeeded' | 'failed' | 'cancelled';

/** The language that a client speaks: `openai-chat` and so on; `null` for what is no API of a known one. */
export type RequestProtocol =
  | 'openai-chat'
  | 'openai-completions'
  | 'openai-responses'
  | 'anthropic'
  | 'ollama'
  | 'models'
  | 'sessions';

/** A request as a row of a list: nothing of what was said, and no secret. */
export interface RequestSummary {
  /** Its place in the order of arrival, from 1; unique in this process, which the client's own id need not be. */
  readonly id: number;
  /** The value of `X-Request-ID`. */
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** The first product of `User-Agent`, such as `OpenAI/JS 7.57.0`; `null` where it has none. */
  readonly client: string | null;
  readonly protocol: RequestProtocol | null;
  /** The name of the access token; `null` where there was none, or it was refused. */
  readonly tokenName: string | null;
  /** The canonical id; `null` until it is known. */
  readonly model: string | null;
  readonly isStream: boolean;
  readonly outcome: RequestOutcome;
  /** The HTTP status; `null` while there is none. A stream that fails later keeps its 200. */
  readonly status: number | null;
  readonly errorCode: GatewayErrorCode | null;
  /** From the arrival to the first text, reasoning or tool call; `null` where there was none yet. */
  readonly firstDeltaMs: number | null;
  /** From the arrival to the end; `null` while it is under way. */
  readonly durationMs: number | null;
  readonly usage: Usage | null;
  /** By list prices, in USD; `null` where none is known. */
  readonly costUsd: number | null;
  /** Whether there is a run to cancel. */
  readonly canCancel: boolean;
}

/**
 * Points in the life of a request, in their order; some requests skip some.
 *
 * `authenticated`: let in. `read`: its body was read and understood; from here on it can be cancelled. `placed`: its
 * conversation was found. `admitted`: it has waited for its turn. `run-started`: Cursor has begun. `first-delta`: the first
 * output came. `ended`: it is over.
 */
export type RequestMark = 'authenticated' | 'read' | 'placed' | 'admitted' | 'run-started' | 'first-delta' | 'ended';

/** What was said, kept only while the user has capture switched on. */
export interface RequestCapture {
  /** The body as it came, as text; `null` where there was none. */
  readonly requestBody: string | null;
  /** The text that was answered so far, reasoning and tool calls included. */
  readonly answerText: string;
  /** The body of an answer that is not streamed; `null` for streams and until it is there. */
  readonly responseBody: string | null;
  /** Whether a part of it is missing, since it is too long to be kept. */
  readonly isTruncated: boolean;
}

/** A header as people may see it; `null` for a value that is or may be a secret. */
export type ShownHeader = readonly [name: string, value: string | null];

/** All that is known of a request. */
export interface RequestDetail extends RequestSummary {
  /** Milliseconds from its arrival. */
  readonly marks: readonly { readonly mark: RequestMark; readonly atMs: number }[];
  /** How it was placed in its conversation; see `X-Portside-Conversation`. */
  readonly conversation: string | null;
  readonly requestHeaders: readonly ShownHeader[];
  readonly responseHeaders: readonly ShownHeader[];
  /** Why it failed, written for people. */
  readonly errorMessage: string | null;
  readonly finishReason: string | null;
  /** `null` where nothing was captured. */
  readonly capture: RequestCapture | null;
}

/** What changed in the log of requests. */
export type ActivityChange =
  /** A request has come, gone on or ended: look at {@link ActivityLog.find}. */
  | { readonly type: 'request'; readonly id: number }
  /** More of a captured answer. */
  | { readonly type: 'answer-text'; readonly id: number; readonly text: string }
  /** Everything was cleared, or capture was switched. */
  | { readonly type: 'reset' };

/** The requests of this process, in memory only: what the panel shows. */
export interface ActivityLog {
  /** Random: tells requests of this process from those of an earlier one, whose ids were the same. */
  readonly id: string;
  /** The newest last; the oldest go when there are too many. */
  list(): readonly RequestSummary[];
  /** Those that have come since then, in milliseconds since 1970; the newest last. */
  listSince(at: number): readonly RequestSummary[];
  findSummary(id: number): RequestSummary | null;
  find(id: number): RequestDetail | null;
  /** What was used today, by all Portsides that share a data folder. */
  readonly today: DailyUsage;
  /** Ends the run of a request, and tells its client so. False where there is none under way. */
  cancel(id: number): boolean;
  /** Whether bodies are kept of requests that come from now on. Off at first. */
  readonly isCapturing: boolean;
  /** Switching it off forgets what was captured. */
  setCapturing(isCapturing: boolean): void;
  /** Forgets what is over. */
  clear(): void;
  /** Calls `listener` after each change, as often as deltas come where they are captured. Returns the function that ends this. */
  onDidChange(listener: (change: ActivityChange) => void): () => void;
}
