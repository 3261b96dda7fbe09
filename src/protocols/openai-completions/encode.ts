import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ChoiceEvent, RunEnd } from '../../core/run-event.ts';
import type { AnswerIdentity } from '../answer-identity.ts';
import { createChoiceEnds } from '../choice-ends.ts';
import { toOpenAiError } from '../openai-error.ts';
import { toOpenAiUsage } from '../openai-usage.ts';
import type { StreamEncoder } from '../stream-encoder.ts';
import { type CompletionAnswerOptions, NO_ECHO } from './answer-options.ts';
import { toCompletionFinishReason } from './finish-reason.ts';

/**
 * Encodes an answer as `text_completion` server-sent events.
 *
 * What is echoed comes in a chunk of its own before the text of its choice, the finish reason in one without text after it.
 * After the last choice come, where the client asked for it, the usage chunk with no choices and the sum of all, then
 * `[DONE]`. Every other chunk then has `usage: null`, as OpenAI's do. An error is one last `data:` line in OpenAI's error
 * form, with no `[DONE]` after it: it ends all choices. Reasoning and tool calls have no place on this wire.
 */
export const createCompletionStreamEncoder = (
  identity: AnswerIdentity,
  { includeUsage = false, echoes = NO_ECHO, sessionId = null, price = null }: CompletionAnswerOptions = {},
): StreamEncoder => {
  const base = { id: identity.id, object: 'text_completion', created: identity.created, model: identity.model };
  const noUsage = includeUsage ? { usage: null } : {};
  const ends = createChoiceEnds(echoes.length, sessionId);
  const opened = new Set<number>();

  const chunk = (index: number, text: string, finishReason: string | null = null, extra: object = {}): string =>
    toFrame({
      ...base,
      choices: [{ text, index, logprobs: null, finish_reason: finishReason }],
      ...noUsage,
      ...extra,
    });
  const echo = (choice: number): string => {
    const text = opened.has(choice) ? '' : (echoes[choice] ?? '');
    opened.add(choice);
    return text === '' ? '' : chunk(choice, text);
  };
  const end = (choice: number, event: RunEnd): string => {
    const opening = echo(choice);
    const answer = ends.end(choice, event);
    const reason = toCompletionFinishReason(event.finishReason);
    if (answer === null) return opening + chunk(choice, '', reason);
    const finish = chunk(choice, '', reason, { cursor_metadata: answer.metadata });
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
        case 'text-delta':
          return echo(choice) + chunk(choice, event.text);
        case 'text-start':
        case 'text-end':
        case 'reasoning-start':
        case 'reasoning-delta':
        case 'reasoning-end':
        case 'tool-call':
          return '';
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
      const choice = echoes.findIndex((_text, index) => !ends.hasEnded(index));
      return choice === -1 ? '' : echo(choice) || chunk(choice, '');
    },
  };
};

const toFrame = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
