import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ChoiceEvent, RunEnd } from '../../core/run-event.ts';
import { toOpenAiError } from '../openai-error.ts';
import type { StreamEncoder } from '../stream-encoder.ts';
import type { AnswerIdentity } from '../answer-identity.ts';
import type { ChatAnswerOptions } from './answer-options.ts';
import { createChoiceEnds } from '../choice-ends.ts';
import { toChatFinishReason } from './finish-reason.ts';
import { toOpenAiUsage } from '../openai-usage.ts';

/**
 * Encodes an answer as `chat.completion.chunk` server-sent events.
 *
 * For each choice the role comes in a chunk of its own before anything else, each tool call in one chunk, the finish reason
 * in one of its own after. After the last choice come, where the client asked for it, the usage chunk with no choices and
 * the sum of all, then `[DONE]`. Every other chunk then has `usage: null`, as OpenAI's do. An error is one last `data:` line
 * in OpenAI's error form, with no `[DONE]` after it: it ends all choices.
 */
export const createChatStreamEncoder = (
  identity: AnswerIdentity,
  {
    includeUsage = false,
    choices = 1,
    usesLegacyFunctions = false,
    sessionId = null,
    price = null,
  }: ChatAnswerOptions = {},
): StreamEncoder => {
  const base = { id: identity.id, object: 'chat.completion.chunk', created: identity.created, model: identity.model };
  const noUsage = includeUsage ? { usage: null } : {};
  const ends = createChoiceEnds(choices, sessionId);
  /** The number of calls of each choice that has its role chunk. */
  const calls = new Map<number, number>();

  const chunk = (index: number, delta: object, finishReason: string | null = null, extra: object = {}): string =>
    toFrame({
      ...base,
      choices: [{ index, delta, logprobs: null, finish_reason: finishReason }],
      ...noUsage,
      ...extra,
    });
  const role = (choice: number, content: '' | null = ''): string => {
    if (calls.has(choice)) return '';
    calls.set(choice, 0);
    return chunk(choice, { role: 'assistant', content, refusal: null });
  };
  const call = (choice: number, event: Extract<ChoiceEvent, { type: 'tool-call' }>): string => {
    const opening = role(choice, null);
    const index = calls.get(choice) ?? 0;
    calls.set(choice, index + 1);
    const details = { name: event.name, arguments: event.arguments };
    if (!usesLegacyFunctions) {
      return opening + chunk(choice, { tool_calls: [{ index, id: event.id, type: 'function', function: details }] });
    }
    // The old form has room for one.
    return index === 0 ? opening + chunk(choice, { function_call: details }) : '';
  };
  const end = (choice: number, event: RunEnd): string => {
    const answer = ends.end(choice, event);
    const reason = toChatFinishReason(event.finishReason, usesLegacyFunctions);
    const opening = role(choice);
    if (answer === null) return opening + chunk(choice, {}, reason);
    const finish = chunk(choice, {}, reason, { cursor_metadata: answer.metadata });
    const usage =
      includeUsage && answer.usage !== null
        ? toFrame({ ...base, choices: [], usage: toOpenAiUsage(answer.usage, price) })
        : '';
    return `${opening}${finish}${usage}data: [DONE]\n\n`;
  };

  return {
    push(event: ChoiceEvent): string {
      const choice = event.choice ?? 0;
      switch (event.type) {
        case 'run-start':
          ends.start(choice, event);
          return '';
        case 'text-start':
        case 'reasoning-start':
          return role(choice);
        case 'text-delta':
          return chunk(choice, { content: event.text });
        case 'reasoning-delta':
          return chunk(choice, { reasoning_content: event.text });
        case 'text-end':
        case 'reasoning-end':
          return '';
        case 'tool-call':
          return call(choice, event);
        case 'run-end':
          return end(choice, event);
        case 'run-error':
          return toFrame(toOpenAiError(GatewayError.fromFailure(event.error)));
        default:
          return assertNever(event);
      }
    },
    heartbeat() {
      // A choice that has told its finish reason gets no further chunk.
      const choice = Array.from({ length: choices }, (_, index) => index).find((index) => !ends.hasEnded(index)) ?? 0;
      return role(choice) || chunk(choice, {});
    },
  };
};

const toFrame = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
