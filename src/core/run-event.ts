import type { GatewayErrorCode } from './error-specs.ts';
import type { Usage } from './usage.ts';

/** Why a run, or one turn of it, ended well: by itself, at a stop sequence, at the token limit, or with tools to be called. */
export type FinishReason = 'stop' | 'length' | 'tool_calls';

/** A failure in the form that crosses process borders: see {@link GatewayError}. */
export interface RunFailure {
  readonly code: GatewayErrorCode;
  /** Written for people: what failed and what to do. Safe to show to a client. */
  readonly message: string;
}

/**
 * What happens in a run, in the order it happens.
 *
 * The grammar of a turn: one `run-start`; then blocks, each opened by its `-start`, filled by `-delta`s and closed by its
 * `-end`, all with the same `id`, one block open at a time; `tool-call`s where no block is open; then exactly one `run-end`
 * or `run-error`. A turn that fails before it starts is a single `run-error`; a `run-error` may leave a block open.
 *
 * A turn whose `finishReason` is `tool_calls` made at least one call. Its run goes on with a further turn, `run-start`
 * included, when the results are there; any other end is the end of the run.
 */
export type RunEvent =
  | { readonly type: 'run-start'; readonly runId: string; readonly agentId: string }
  | { readonly type: 'text-start'; readonly id: string }
  | { readonly type: 'text-delta'; readonly id: string; readonly text: string }
  | { readonly type: 'text-end'; readonly id: string }
  | { readonly type: 'reasoning-start'; readonly id: string }
  | { readonly type: 'reasoning-delta'; readonly id: string; readonly text: string }
  | { readonly type: 'reasoning-end'; readonly id: string }
  /** Comes in one piece, as the SDK tells no parts of it. `arguments` is JSON text. */
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly arguments: string }
  | {
      readonly type: 'run-end';
      readonly finishReason: FinishReason;
      /** Which of the stop sequences ended it; missing where none did. */
      readonly stopSequence?: string;
      /** `null` where the backend reported none. */
      readonly usage: Usage | null;
      readonly durationMs: number;
    }
  | { readonly type: 'run-error'; readonly error: RunFailure };

/** The event that begins a turn. */
export type RunStart = Extract<RunEvent, { type: 'run-start' }>;

/** The event that ends a turn well. */
export type RunEnd = Extract<RunEvent, { type: 'run-end' }>;

/** An event of one of several answers to the same request, counted from 0; without `choice` it is of the first. */
export type ChoiceEvent = RunEvent & { readonly choice?: number };
