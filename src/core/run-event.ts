import type { GatewayErrorCode } from './error-specs.ts';
import type { Usage } from './usage.ts';

/** Why a run ended well. */
export type FinishReason = 'stop';

/** A failure in the form that crosses process borders: see {@link GatewayError}. */
export interface RunFailure {
  readonly code: GatewayErrorCode;
  /** Written for people: what failed and what to do. Safe to show to a client. */
  readonly message: string;
}

/**
 * What happens in a run, in the order it happens.
 *
 * The grammar: one `run-start`; then blocks, each opened by its `-start`, filled by `-delta`s and closed by its `-end`, all
 * with the same `id`, one block open at a time; then exactly one `run-end` or `run-error`. A run that fails before it
 * starts is a single `run-error`; a `run-error` may leave a block open.
 */
export type RunEvent =
  | { readonly type: 'run-start'; readonly runId: string; readonly agentId: string }
  | { readonly type: 'text-start'; readonly id: string }
  | { readonly type: 'text-delta'; readonly id: string; readonly text: string }
  | { readonly type: 'text-end'; readonly id: string }
  | { readonly type: 'reasoning-start'; readonly id: string }
  | { readonly type: 'reasoning-delta'; readonly id: string; readonly text: string }
  | { readonly type: 'reasoning-end'; readonly id: string }
  | {
      readonly type: 'run-end';
      readonly finishReason: FinishReason;
      /** `null` where the backend reported none. */
      readonly usage: Usage | null;
      readonly durationMs: number;
    }
  | { readonly type: 'run-error'; readonly error: RunFailure };
