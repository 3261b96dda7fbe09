import type { InteractionUpdate, Run, RunResult, SDKCustomTool, TokenUsage } from '@cursor/sdk';
import type { RunEvent } from '../../../core/run-event.ts';
import type { ToolDefinition, ToolResult } from '../../../core/tool.ts';
import type { Usage } from '../../../core/usage.ts';
import type { RunTimeouts } from '../protocol.ts';
import type { CallIds } from './call-ids.ts';
import { createToolCalls } from './tool-calls.ts';
import { toForeignToolName } from './tool-guard.ts';
import { createTurnWriter } from './turn-writer.ts';

/** How a run of the SDK came to its end, or why it was stopped. */
export type AnswerEnd =
  | {
      readonly type: 'finished';
      /** Of the whole run. */
      readonly usage: Usage | null;
      /** Whether the SDK has the turn in the agent's history. */
      readonly isRecorded: boolean;
    }
  /** The SDK's own text. */
  | { readonly type: 'error'; readonly text: string }
  | { readonly type: 'cancelled' | 'silence' | 'abort' }
  /** A tool that nobody offered. */
  | { readonly type: 'tool'; readonly toolName: string }
  /** Wrong calls again and again. */
  | { readonly type: 'invalid-call'; readonly toolName: string; readonly problem: string };

/** What is used of the SDK's run. */
export type FollowedRun = Pick<Run, 'id' | 'wait' | 'cancel'>;

/** The updates and tool calls of one run on their way to become events. */
export interface Answer {
  /** The tools to send along. */
  readonly customTools: Record<string, SDKCustomTool> | undefined;
  /** The SDK's `onDelta`: synchronous, since the SDK waits for it. */
  receive(update: InteractionUpdate): void;
  /** Answers tool calls of an earlier turn. */
  giveResults(results: readonly ToolResult[]): void;
  /**
   * Resolves at the end of the run, which is the end of the stream and not of the model's turn. Cancels where it stops
   * early. Never rejects.
   */
  follow(run: FollowedRun): Promise<AnswerEnd>;
  /** For a run that will not be followed; `cancelled` resolves when the SDK is done with it. */
  abandon(cancelled: Promise<void>): void;
  /** The events of the last turn that are due after a run that has finished. */
  toEnding(usage: Usage | null): readonly RunEvent[];
  /** Whether any of the answer has been given out. */
  readonly hasOutput: boolean;
}

/**
 * Begins an answer. The first events are `run-start` and the first piece of text: a run that fails earlier has given out
 * nothing.
 */
export const createAnswer = (options: {
  readonly agentId: string;
  /** Whether the conversation has tools, offered in this run or not. */
  readonly hasTools: boolean;
  /** Those that may be called in this run. */
  readonly offeredTools: readonly ToolDefinition[];
  readonly callIds: CallIds;
  /** When the run was asked for, by `performance.now()`. */
  readonly startedMs: number;
  readonly signal: AbortSignal;
  readonly timeouts: RunTimeouts;
  readonly onEvents: (events: readonly RunEvent[], isUrgent: boolean) => void;
}): Answer => {
  const { hasTools, signal, timeouts } = options;
  const stop = Promise.withResolvers<Stop>();
  const writer = createTurnWriter(options);
  let isOver = false;
  let silenceTimer: NodeJS.Timeout | undefined;
  let turnEndTimer: NodeJS.Timeout | undefined;

  const calls = createToolCalls({
    tools: options.offeredTools,
    ids: options.callIds,
    onHeld() {
      // From now on the client may take its time.
      clearTimeout(silenceTimer);
      clearTimeout(turnEndTimer);
    },
    onBatch(batch) {
      if (!isOver) writer.callTools(batch);
    },
    onInvalid(toolName, problem) {
      isOver = true;
      stop.resolve({ type: 'stopped', end: { type: 'invalid-call', toolName, problem } });
    },
  });

  const expectUpdates = () => {
    clearTimeout(silenceTimer);
    if (calls.isWaiting || isOver) return;
    silenceTimer = setTimeout(() => stop.resolve({ type: 'stopped', end: { type: 'silence' } }), timeouts.silenceMs);
  };

  const receive = (update: InteractionUpdate) => {
    if (isOver) return;
    const toolName = toForeignToolName(update, { hasTools });
    if (toolName !== null) {
      isOver = true;
      stop.resolve({ type: 'stopped', end: { type: 'tool', toolName } });
      return;
    }
    if (!calls.isWaiting) silenceTimer?.refresh();
    clearTimeout(turnEndTimer);
    if (update.type === 'turn-ended') {
      const usage = toUsage(update.usage);
      if (usage !== null) writer.addUsage(usage);
      if (!calls.isWaiting) turnEndTimer = setTimeout(() => stop.resolve({ type: 'turn-end' }), timeouts.turnEndMs);
    }
    writer.push(update);
    calls.observe(update);
  };

  const abort = () => stop.resolve({ type: 'stopped', end: { type: 'abort' } });

  const toEnd = (result: RunResult): AnswerEnd => {
    switch (result.status) {
      case 'finished':
        // A model that goes on without the results that it has asked for is no answer.
        if (calls.isWaiting) return { type: 'cancelled' };
        return { type: 'finished', usage: toUsage(result.usage), isRecorded: true };
      case 'cancelled':
        return { type: 'cancelled' };
      case 'error':
        return { type: 'error', text: result.error?.message ?? '' };
    }
  };

  const follow = async (run: FollowedRun): Promise<AnswerEnd> => {
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    writer.begin(run.id);
    expectUpdates();
    let cancelled = Promise.resolve();
    try {
      const waiting = run.wait().then(toEnd, (error: unknown): AnswerEnd => ({
        type: 'error',
        text: error instanceof Error ? error.message : String(error),
      }));
      const ended = waiting.then((end) => ({ type: 'ended', end }) as const);
      const first = await Promise.race([stop.promise, ended]);
      isOver = true;
      if (first.type === 'ended') return first.end;
      // It settles within milliseconds, and nothing but the calls depends on it.
      cancelled = run.cancel().catch(() => undefined);
      return first.type === 'turn-end'
        ? { type: 'finished', usage: writer.reportedUsage, isRecorded: false }
        : first.end;
    } finally {
      isOver = true;
      calls.end(cancelled);
      writer.close();
      clearTimeout(silenceTimer);
      clearTimeout(turnEndTimer);
      signal.removeEventListener('abort', abort);
    }
  };

  return {
    customTools: calls.customTools,
    receive,
    giveResults(results) {
      if (isOver) return;
      writer.resume();
      calls.giveResults(results);
      expectUpdates();
    },
    follow,
    abandon(cancelled) {
      isOver = true;
      calls.end(cancelled);
    },
    toEnding: (usage) => writer.toEnding(usage),
    get hasOutput() {
      return writer.hasOutput;
    },
  };
};

type Stop = { readonly type: 'turn-end' } | { readonly type: 'stopped'; readonly end: AnswerEnd };

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
