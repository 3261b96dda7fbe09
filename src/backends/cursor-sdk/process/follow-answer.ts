import type { InteractionUpdate, Run, RunResult, TokenUsage } from '@cursor/sdk';
import type { RunEvent } from '../../../core/run-event.ts';
import type { Usage } from '../../../core/usage.ts';
import type { RunTimeouts } from '../protocol.ts';
import { createAnswerWriter } from './answer-writer.ts';
import { toToolName } from './tool-guard.ts';

/** How a run of the SDK came to its end, or why it was stopped. */
export type AnswerEnd =
  | { readonly type: 'finished'; readonly usage: Usage | null }
  /** The SDK's own text. */
  | { readonly type: 'error'; readonly text: string }
  | { readonly type: 'cancelled' | 'silence' | 'abort' }
  | { readonly type: 'tool'; readonly toolName: string };

/** What is used of the SDK's run. */
export type FollowedRun = Pick<Run, 'id' | 'wait' | 'cancel'>;

/** The updates of one run on their way to become events. */
export interface Answer {
  /** The SDK's `onDelta`: synchronous, since the SDK waits for it. */
  receive(update: InteractionUpdate): void;
  /**
   * Resolves at the end of the run, which is the end of the stream and not of the model's turn. Cancels where it stops
   * early. Never rejects.
   */
  follow(run: FollowedRun): Promise<AnswerEnd>;
  /** Whether any of the answer has been given out. */
  readonly hasOutput: boolean;
}

/**
 * Begins an answer. The first events are `run-start` and the first piece of text: a run that fails earlier has given out
 * nothing.
 */
export const createAnswer = (options: {
  readonly agentId: string;
  readonly signal: AbortSignal;
  readonly timeouts: RunTimeouts;
  readonly onEvents: (events: readonly RunEvent[], isFirst: boolean) => void;
}): Answer => {
  const { agentId, signal, timeouts } = options;
  const writer = createAnswerWriter();
  const stop = Promise.withResolvers<Stop>();
  let runId: string | null = null;
  /** Updates can come before the SDK has told the id of the run. */
  let early: readonly RunEvent[] = [];
  let hasOutput = false;
  let isOver = false;
  let turnUsage: Usage | null = null;
  let silenceTimer: NodeJS.Timeout | undefined;
  let turnEndTimer: NodeJS.Timeout | undefined;

  const emit = (events: readonly RunEvent[]) => {
    if (runId === null) {
      early = [...early, ...events];
    } else if (hasOutput) {
      options.onEvents(events, false);
    } else if (events.length > 0) {
      hasOutput = true;
      options.onEvents([{ type: 'run-start', runId, agentId }, ...events], true);
    }
  };

  const receive = (update: InteractionUpdate) => {
    if (isOver) return;
    const toolName = toToolName(update);
    if (toolName !== null) {
      isOver = true;
      stop.resolve({ type: 'stopped', end: { type: 'tool', toolName } });
      return;
    }
    silenceTimer?.refresh();
    clearTimeout(turnEndTimer);
    if (update.type === 'turn-ended') {
      turnUsage = toUsage(update.usage) ?? turnUsage;
      turnEndTimer = setTimeout(() => stop.resolve({ type: 'turn-end' }), timeouts.turnEndMs);
    }
    emit(writer.push(update));
  };

  const begin = (run: FollowedRun) => {
    runId = run.id;
    const events = early;
    early = [];
    emit(events);
    silenceTimer = setTimeout(() => stop.resolve({ type: 'stopped', end: { type: 'silence' } }), timeouts.silenceMs);
  };

  const abort = () => stop.resolve({ type: 'stopped', end: { type: 'abort' } });

  const follow = async (run: FollowedRun): Promise<AnswerEnd> => {
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    begin(run);
    try {
      const waiting = run.wait().then(
        (result) => toEnd(result),
        (error: unknown): AnswerEnd => ({
          type: 'error',
          text: error instanceof Error ? error.message : String(error),
        }),
      );
      const ended = waiting.then((end) => ({ type: 'ended', end }) as const);
      const first = await Promise.race([stop.promise, ended]);
      isOver = true;
      if (first.type === 'ended') return first.end;
      cancel(run);
      return first.type === 'turn-end' ? { type: 'finished', usage: turnUsage } : first.end;
    } finally {
      emit(writer.close());
      clearTimeout(silenceTimer);
      clearTimeout(turnEndTimer);
      signal.removeEventListener('abort', abort);
    }
  };

  return {
    receive,
    follow,
    get hasOutput() {
      return hasOutput;
    },
  };
};

type Stop = { readonly type: 'turn-end' } | { readonly type: 'stopped'; readonly end: AnswerEnd };

const cancel = (run: FollowedRun): void => {
  // It settles within milliseconds, and nothing depends on it.
  run.cancel().catch(() => undefined);
};

const toEnd = (result: RunResult): AnswerEnd => {
  switch (result.status) {
    case 'finished':
      return { type: 'finished', usage: toUsage(result.usage) };
    case 'cancelled':
      return { type: 'cancelled' };
    case 'error':
      return { type: 'error', text: result.error?.message ?? '' };
  }
};

type SdkUsage = Omit<TokenUsage, 'totalTokens' | 'reasoningTokens'> & { readonly reasoningTokens?: number | undefined };

/** The SDK's counts mean the same as ours: its total is the sum of the first four. */
const toUsage = (usage: SdkUsage | undefined): Usage | null =>
  usage === undefined
    ? null
    : {
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        cacheReadTokens: usage.cacheReadTokens,
        cacheWriteTokens: usage.cacheWriteTokens,
        reasoningTokens: usage.reasoningTokens ?? 0,
      };
