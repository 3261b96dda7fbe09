import type { InteractionUpdate } from '@cursor/sdk';
import type { FinishReason, RunEvent } from '../../../core/run-event.ts';
import type { ToolCall } from '../../../core/run-request.ts';
import { addUsage, subtractUsage, type Usage } from '../../../core/usage.ts';
import { createAnswerWriter } from './answer-writer.ts';

/** Writes the turns of one run; see the grammar of {@link RunEvent}. A turn begins with the first event that belongs to it. */
export interface TurnWriter {
  /** Tells the id of the run; what came before waits for it. */
  begin(runId: string): void;
  /** Writes what the model says. */
  push(update: InteractionUpdate): void;
  /** Ends the turn with calls. */
  callTools(calls: readonly ToolCall[]): void;
  /** Notes what the backend has reported for a part of the run. */
  addUsage(usage: Usage): void;
  /** The client has answered: the time of the next turn begins. */
  resume(): void;
  /** Closes what is open. */
  close(): void;
  /** The events that end the last turn, not yet given out. `usage` is that of the whole run. */
  toEnding(usage: Usage | null): readonly RunEvent[];
  /** What {@link addUsage} was told, together; `null` where that is nothing. */
  readonly reportedUsage: Usage | null;
  /** Whether anything has been given out. */
  readonly hasOutput: boolean;
}

export const createTurnWriter = (options: {
  readonly agentId: string;
  /** When the first turn began, by `performance.now()`. */
  readonly startedMs: number;
  /** `isUrgent` marks events that a client waits for: the first and the last ones of a turn. */
  readonly onEvents: (events: readonly RunEvent[], isUrgent: boolean) => void;
}): TurnWriter => {
  const { agentId } = options;
  const writer = createAnswerWriter();
  let runId: string | null = null;
  /** Updates can come before the SDK has told the id of the run. */
  let early: (() => void)[] = [];
  let isTurnOpen = false;
  let hasOutput = false;
  let turnStartedMs = options.startedMs;
  let reported: Usage | null = null;
  /** What the turns that have ended were told to have used. */
  let told: Usage | null = null;

  const emit = (events: readonly RunEvent[], isUrgent = false): void => {
    if (events.length === 0) return;
    const opening = open();
    hasOutput = true;
    options.onEvents([...opening, ...events], isUrgent || opening.length > 0);
  };

  const open = (): readonly RunEvent[] => {
    if (isTurnOpen || runId === null) return [];
    isTurnOpen = true;
    return [{ type: 'run-start', runId, agentId }];
  };

  const end = (finishReason: FinishReason, usage: Usage | null): RunEvent => {
    isTurnOpen = false;
    const nowMs = performance.now();
    const durationMs = Math.round(nowMs - turnStartedMs);
    turnStartedMs = nowMs;
    return { type: 'run-end', finishReason, usage, durationMs };
  };

  const whenBegun = (write: () => void): void => {
    if (runId === null) early.push(write);
    else write();
  };

  return {
    begin(id) {
      runId = id;
      for (const write of early) write();
      early = [];
    },
    push(update) {
      whenBegun(() => emit(writer.push(update)));
    },
    callTools(calls) {
      whenBegun(() => {
        const usage = toRest(reported, told);
        told = reported;
        const events = calls.map((call): RunEvent => ({ type: 'tool-call', ...call }));
        const closing = writer.close();
        const opening = open();
        hasOutput = true;
        options.onEvents([...opening, ...closing, ...events, end('tool_calls', usage)], true);
      });
    },
    addUsage(usage) {
      reported = addUsage(reported, usage);
    },
    resume() {
      if (!isTurnOpen) turnStartedMs = performance.now();
    },
    close() {
      whenBegun(() => emit(writer.close()));
    },
    toEnding(usage) {
      return [...open(), end('stop', toRest(usage, told))];
    },
    get reportedUsage() {
      return reported;
    },
    get hasOutput() {
      return hasOutput;
    },
  };
};

/** What is left of a usage; `null` where that is nothing. */
const toRest = (whole: Usage | null, part: Usage | null): Usage | null => {
  if (whole === null || part === null) return whole;
  const rest = subtractUsage(whole, part);
  return Object.values(rest).every((count) => count === 0) ? null : rest;
};
