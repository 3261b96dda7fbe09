import { randomUUID } from 'node:crypto';
import type { AgentOptions, Run, SDKAgent } from '@cursor/sdk';
import type { ModelSelection } from '../../../core/model.ts';
import type { RunEvent, RunFailure } from '../../../core/run-event.ts';
import type { Usage } from '../../../core/usage.ts';
import { fromRunError, fromThrownError } from '../errors.ts';
import type { RunTimeouts } from '../protocol.ts';
import { DeadlineError, withDeadline } from '../deadline.ts';
import { type AnswerEnd, createAnswer } from './follow-answer.ts';
import { toSdkErrorShape } from './sdk-error-shape.ts';

/** How one attempt to answer ended. */
export type AttemptOutcome =
  | { readonly type: 'finished'; readonly usage: Usage | null }
  | { readonly type: 'aborted' }
  | AttemptFailure;

export interface AttemptFailure {
  readonly type: 'failed';
  readonly failure: RunFailure;
  /** The SDK's own text; `null` where the failure is of our making. */
  readonly sdkText: string | null;
  /** Whether any of the answer has been given out: then there is no second attempt. */
  readonly hasOutput: boolean;
}

/** What one attempt needs. */
export interface AttemptOptions {
  readonly createAgent: (options: AgentOptions) => Promise<SDKAgent>;
  /** Takes over an agent that is not needed any more. */
  readonly discard: (agent: SDKAgent) => void;
  readonly agentOptions: AgentOptions;
  readonly model: ModelSelection;
  readonly systemPrompt: string | null;
  readonly prompt: string;
  readonly signal: AbortSignal;
  readonly timeouts: RunTimeouts;
  /** `isFirst` marks the events that begin the answer. */
  readonly onEvents: (events: readonly RunEvent[], isFirst: boolean) => void;
  /** A call of the SDK does not come back, and may block others of its kind for as long as the process lives. */
  readonly onStuck: () => void;
}

/** Answers one prompt with one agent of its own. Never rejects. */
export const runAgent = async (options: AttemptOptions): Promise<AttemptOutcome> => {
  const { signal, timeouts, discard, onStuck } = options;
  const creating = options.createAgent({
    ...options.agentOptions,
    agentId: randomUUID(),
    model: { id: options.model.id, params: options.model.parameters.map(({ id, value }) => ({ id, value })) },
    ...(options.systemPrompt !== null && { systemPrompt: options.systemPrompt }),
  });
  let agent: SDKAgent;
  try {
    agent = await withDeadline(creating, timeouts.createMs, signal);
  } catch (error) {
    // Where it still comes, nobody waits for it any more.
    const late = creating.then(discard, () => undefined);
    withDeadline(late, isLate(error) ? 0 : timeouts.createMs).catch(onStuck);
    return toEarlyOutcome(error, signal, `Cursor took longer than ${timeouts.createMs / 1000} s to begin.`);
  }

  const answer = createAnswer({ agentId: agent.agentId, signal, timeouts, onEvents: options.onEvents });
  const sending = agent.send(options.prompt, { onDelta: ({ update }) => answer.receive(update) });
  let run: Run;
  try {
    run = await withDeadline(sending, timeouts.sendMs, signal);
  } catch (error) {
    const late = sending
      .then((lateRun) => lateRun.cancel())
      .catch(() => undefined)
      .finally(() => discard(agent));
    withDeadline(late, isLate(error) ? 0 : timeouts.sendMs).catch(onStuck);
    return toEarlyOutcome(error, signal, `Cursor took longer than ${timeouts.sendMs / 1000} s to take the prompt.`);
  }
  const end = await answer.follow(run);
  discard(agent);
  return toOutcome(end, answer.hasOutput, timeouts);
};

const isLate = (error: unknown): boolean => error instanceof DeadlineError;

const toEarlyOutcome = (error: unknown, signal: AbortSignal, timeoutMessage: string): AttemptOutcome => {
  if (signal.aborted) return { type: 'aborted' };
  if (isLate(error)) {
    const failure = { code: 'timeout', message: `${timeoutMessage} Try again.` } as const;
    return { type: 'failed', failure, sdkText: null, hasOutput: false };
  }
  const shape = toSdkErrorShape(error);
  return {
    type: 'failed',
    failure: fromThrownError(shape),
    sdkText: shape.message,
    hasOutput: false,
  };
};

const toOutcome = (end: AnswerEnd, hasOutput: boolean, timeouts: RunTimeouts): AttemptOutcome => {
  const fail = (failure: RunFailure, sdkText: string | null = null): AttemptFailure => ({
    type: 'failed',
    failure,
    sdkText,
    hasOutput,
  });
  switch (end.type) {
    case 'finished':
      // Neither text nor thinking: a client would take that for a model with nothing to say.
      return hasOutput
        ? { type: 'finished', usage: end.usage }
        : fail({ code: 'upstream_error', message: 'Cursor ended the run without an answer. Try again.' });
    case 'abort':
      return { type: 'aborted' };
    case 'error':
      return fail(fromRunError(end.text), end.text);
    case 'cancelled':
      return fail({ code: 'upstream_error', message: 'Cursor ended the run before it was finished. Try again.' });
    case 'silence':
      return fail({
        code: 'timeout',
        message: `Cursor sent nothing for ${timeouts.silenceMs / 1000} s. Try again, or raise Portside's request timeout.`,
      });
    case 'tool':
      return fail({
        code: 'upstream_error',
        message: `The model began to use Cursor's built-in tool "${end.toolName}", which Portside does not offer. The run was stopped.`,
      });
  }
};
