import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ChoiceEvent, FinishReason, RunFailure } from '../../core/run-event.ts';
import type { AnswerIdentity } from '../answer-identity.ts';
import { type AnswerEnd, createChoiceEnds } from '../choice-ends.ts';
import { toOpenAiUsage } from '../openai-usage.ts';
import type { ResultFold } from '../stream-encoder.ts';
import { toNoAnswer } from '../to-no-answer.ts';
import { type CompletionAnswerOptions, NO_ECHO } from './answer-options.ts';
import { toCompletionFinishReason } from './finish-reason.ts';

interface Choice {
  text: string;
  finishReason: FinishReason | null;
}

/** Folds an answer into a `text_completion`. `usage` is left out where none was reported. */
export const createCompletionResult = (
  identity: AnswerIdentity,
  { echoes = NO_ECHO, sessionId = null, price = null }: CompletionAnswerOptions = {},
): ResultFold => {
  const ends = createChoiceEnds(echoes.length, sessionId);
  const folded = echoes.map((text): Choice => ({ text, finishReason: null }));
  let end: AnswerEnd | null = null;
  let failure: RunFailure | null = null;

  return {
    push(event: ChoiceEvent): void {
      const index = event.choice ?? 0;
      const choice = folded[index];
      if (choice === undefined) throw new RangeError(`There is no choice ${index}.`);
      switch (event.type) {
        case 'run-start':
          ends.start(index, event);
          break;
        case 'text-delta':
          choice.text += event.text;
          break;
        case 'text-start':
        case 'text-end':
        case 'reasoning-start':
        case 'reasoning-delta':
        case 'reasoning-end':
        case 'tool-call':
          break;
        case 'run-end':
          choice.finishReason = event.finishReason;
          end = ends.end(index, event);
          break;
        case 'run-error':
          failure = event.error;
          break;
        default:
          assertNever(event);
      }
    },
    toResult(): object {
      if (failure !== null) throw GatewayError.fromFailure(failure);
      if (end === null) throw toNoAnswer();
      return {
        id: identity.id,
        object: 'text_completion',
        created: identity.created,
        model: identity.model,
        choices: folded.map(({ text, finishReason }, index) => ({
          text,
          index,
          logprobs: null,
          finish_reason: toCompletionFinishReason(finishReason ?? 'stop'),
        })),
        ...(end.usage !== null && { usage: toOpenAiUsage(end.usage, price) }),
        cursor_metadata: end.metadata,
      };
    },
  };
};
