import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ChoiceEvent, FinishReason, RunFailure } from '../../core/run-event.ts';
import type { ToolCall } from '../../core/run-request.ts';
import type { ResultFold } from '../stream-encoder.ts';
import type { AnswerIdentity } from '../answer-identity.ts';
import type { ChatAnswerOptions } from './answer-options.ts';
import { type AnswerEnd, createChoiceEnds } from '../choice-ends.ts';
import { toChatFinishReason } from './finish-reason.ts';
import { toOpenAiUsage } from '../openai-usage.ts';
import { toNoAnswer } from '../to-no-answer.ts';

interface Choice {
  content: string;
  reasoning: string;
  readonly calls: ToolCall[];
  finishReason: FinishReason | null;
}

/**
 * Folds an answer into a `chat.completion`. `reasoning_content`, `tool_calls` and `usage` are left out where there are none;
 * `content` is `null` where there are calls alone.
 */
export const createChatResult = (
  identity: AnswerIdentity,
  { choices = 1, usesLegacyFunctions = false, sessionId = null, price = null }: ChatAnswerOptions = {},
): ResultFold => {
  const ends = createChoiceEnds(choices, sessionId);
  const folded = Array.from({ length: choices }, (): Choice => ({
    content: '',
    reasoning: '',
    calls: [],
    finishReason: null,
  }));
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
          choice.content += event.text;
          break;
        case 'reasoning-delta':
          choice.reasoning += event.text;
          break;
        case 'text-start':
        case 'text-end':
        case 'reasoning-start':
        case 'reasoning-end':
          break;
        case 'tool-call':
          choice.calls.push({ id: event.id, name: event.name, arguments: event.arguments });
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
        object: 'chat.completion',
        created: identity.created,
        model: identity.model,
        choices: folded.map((choice, index) => ({
          index,
          message: toMessage(choice, usesLegacyFunctions),
          logprobs: null,
          finish_reason: toChatFinishReason(choice.finishReason ?? 'stop', usesLegacyFunctions),
        })),
        ...(end.usage !== null && { usage: toOpenAiUsage(end.usage, price) }),
        cursor_metadata: end.metadata,
      };
    },
  };
};

const toMessage = ({ content, reasoning, calls }: Choice, usesLegacyFunctions: boolean) => {
  const [first] = calls;
  return {
    role: 'assistant',
    content: content === '' && first !== undefined ? null : content,
    refusal: null,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(first !== undefined &&
      (usesLegacyFunctions
        ? { function_call: toFunction(first) }
        : { tool_calls: calls.map((call) => ({ id: call.id, type: 'function', function: toFunction(call) })) })),
  };
};

const toFunction = ({ name, arguments: text }: ToolCall) => ({ name, arguments: text });
