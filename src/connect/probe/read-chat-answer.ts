import { createParser } from 'eventsource-parser';
import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';

const callSchema = z.object({ function: z.object({ name: z.string().nullish() }).nullish() });

const partSchema = z.object({ content: z.string().nullish(), tool_calls: z.array(callSchema).nullish() });

const answerSchema = z.object({
  model: z.string().nullish(),
  choices: z.array(z.object({ message: partSchema.nullish(), delta: partSchema.nullish() })).nullish(),
  error: z.object({ message: z.string() }).nullish(),
});

type Answer = z.infer<typeof answerSchema>;

/**
 * The text of a whole answer of Chat Completions; where the model called tools instead, their names.
 *
 * @throws GatewayError where there is none, or it broke off with an error
 */
export const readChatAnswer = (body: string, isStreamed: boolean): string => {
  const answers = readAnswers(body, isStreamed);
  const failure = answers.find(({ error }) => error !== undefined && error !== null)?.error;
  if (failure !== undefined && failure !== null) {
    throw new GatewayError('upstream_error', `The answer broke off: ${failure.message}`);
  }
  const parts = answers.flatMap(({ choices }) => (choices ?? []).map(({ message, delta }) => message ?? delta));
  const text = parts.map((part) => part?.content ?? '').join('');
  if (text !== '') return text;
  const names = parts.flatMap((part) => (part?.tool_calls ?? []).map((call) => call.function?.name ?? ''));
  const called = names.filter((name) => name !== '');
  if (called.length > 0) return `(${called.join(', ')})`;
  throw new GatewayError('upstream_error', 'The answer has no text.');
};

/** The model that an answer names; `null` where it names none. */
export const readChatModel = (body: string, isStreamed: boolean): string | null =>
  readAnswers(body, isStreamed).find(({ model }) => typeof model === 'string')?.model ?? null;

const readAnswers = (body: string, isStreamed: boolean): readonly Answer[] => {
  if (!isStreamed) return [readAnswer(body)];
  const answers: Answer[] = [];
  let isComplete = false;
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') isComplete = true;
      else answers.push(readAnswer(data));
    },
  });
  parser.feed(body);
  const hasFailed = answers.some(({ error }) => error !== undefined && error !== null);
  if (!isComplete && !hasFailed) throw new GatewayError('upstream_error', 'The answer broke off before its end.');
  return answers;
};

const readAnswer = (text: string): Answer => {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new GatewayError('upstream_error', 'The answer is not what a tool would understand: no Chat Completion.', {
      cause: error,
    });
  }
};
