import type { Run, SDKAgent, SDKUserMessage } from '@cursor/sdk';
import type { ModelSelection } from '../../../core/model.ts';
import { NO_ANSWER } from '../../../core/no-answer.ts';
import type { RunFailure } from '../../../core/run-event.ts';
import { DeadlineError, withDeadline } from '../deadline.ts';
import { fromRunError } from '../errors.ts';
import type { RunTimeouts } from '../protocol.ts';
import { type AttemptFailure, type AttemptOutcome, toEarlyOutcome } from './attempt-outcome.ts';
import type { Answer, AnswerEnd } from './follow-answer.ts';
import { toSdkModel } from './to-sdk-model.ts';

/** What one attempt needs. */
export interface AttemptOptions {
  readonly agent: SDKAgent;
  readonly message: SDKUserMessage;
  /** The model, where it may be another than the agent's latest; else `null`. */
  readonly model: ModelSelection | null;
  readonly answer: Answer;
  readonly signal: AbortSignal;
  readonly timeouts: RunTimeouts;
  /** A call of the SDK does not come back, and may block others of its kind for as long as the process lives. */
  readonly onStuck: () => void;
  /** Takes over an agent that the SDK did not take the message for, as soon as the SDK is done with it. */
  readonly discard: (agent: SDKAgent) => void;
}

/** An attempt that is over. `agent` is `null` where it is of no use any more and has been discarded. */
export interface Attempt {
  readonly outcome: AttemptOutcome;
  readonly agent: SDKAgent | null;
}

/** Answers one message with an agent. Never rejects. Does not hold on to the message. */
export const runAgent = (options: AttemptOptions): Promise<Attempt> => {
  const { message, model, ...rest } = options;
  return followSending(sendMessage(message, model, rest), rest);
};

type FollowOptions = Omit<AttemptOptions, 'message' | 'model'>;

const sendMessage = (
  message: SDKUserMessage,
  model: ModelSelection | null,
  { agent, answer }: FollowOptions,
): Promise<Run> => {
  const { customTools } = answer;
  return agent.send(message.images === undefined ? message.text : message, {
    onDelta: ({ update }) => answer.receive(update),
    ...(model !== null && { model: toSdkModel(model) }),
    ...(customTools !== undefined && { local: { customTools } }),
  });
};

const followSending = async (sending: Promise<Run>, options: FollowOptions): Promise<Attempt> => {
  const { agent, answer, signal, timeouts } = options;
  let run: Run;
  try {
    run = await withDeadline(sending, timeouts.sendMs, signal);
  } catch (error) {
    const late = sending
      .then((lateRun) => lateRun.cancel())
      .catch(() => undefined)
      .finally(() => options.discard(agent));
    answer.abandon(late);
    withDeadline(late, error instanceof DeadlineError ? 0 : timeouts.sendMs).catch(options.onStuck);
    const timeoutMessage = `Cursor took longer than ${timeouts.sendMs / 1000} s to take the prompt.`;
    return { outcome: toEarlyOutcome(error, signal, timeoutMessage), agent: null };
  }
  return { outcome: toOutcome(await answer.follow(run), answer, timeouts), agent };
};

const toOutcome = (end: AnswerEnd, answer: Answer, timeouts: RunTimeouts): AttemptOutcome => {
  const fail = (failure: RunFailure, sdkText: string | null = null): AttemptFailure => ({
    type: 'failed',
    failure,
    sdkText,
    hasOutput: answer.hasOutput,
  });
  switch (end.type) {
    case 'finished':
      // Neither text nor thinking: a client would take that for a model with nothing to say.
      return answer.hasOutput
        ? { type: 'finished', ending: answer.toEnding(end.usage), isRecorded: end.isRecorded }
        : fail(NO_ANSWER);
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
    case 'invalid-call':
      return fail({
        code: 'model_output_invalid',
        message: `The model called the tool "${end.toolName}" wrongly, also when it was told so: ${end.problem}. The run was stopped.`,
      });
  }
};
