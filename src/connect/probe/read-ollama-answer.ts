import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';

const answerSchema = z.union([
  z.object({ error: z.string() }),
  z.object({
    model: z.string().nullish(),
    message: z.object({
      content: z.string(),
      tool_calls: z.array(z.object({ function: z.object({ name: z.string() }) })).nullish(),
    }),
    done: z.boolean(),
  }),
]);

const listSchema = z.object({ models: z.array(z.object({ name: z.string() })) });

/**
 * The text of a whole answer of Ollama's chat, which has one object on each line; where the model called tools instead, their
 * names.
 *
 * @throws GatewayError where there is none, or it broke off with an error
 */
export const readOllamaAnswer = (body: string): string => {
  const pieces = readPieces(body);
  if (pieces.at(-1)?.done !== true) {
    throw new GatewayError('upstream_error', 'The answer broke off before its end.');
  }
  const text = pieces.map(({ message }) => message.content).join('');
  if (text !== '') return text;
  const called = pieces.flatMap(({ message }) => message.tool_calls ?? []).map((call) => call.function.name);
  if (called.length > 0) return `(${called.join(', ')})`;
  throw new GatewayError('upstream_error', 'The answer has no text.');
};

/** The model that an answer names; `null` where it names none. */
export const readOllamaModel = (body: string): string | null => readPieces(body)[0]?.model ?? null;

/**
 * Looks for a model in the answer of `/api/tags`: what is not there, tools do not offer.
 *
 * @throws GatewayError where it is not there
 */
export const checkOllamaList = (body: string, model: string): void => {
  const { models } = read(listSchema, body);
  if (models.some(({ name }) => name === model || name === `${model}:latest`)) return;
  throw new GatewayError(
    'model_not_found',
    `The server does not list the model "${model}", so the tool would not offer it. Choose another one.`,
  );
};

const readPieces = (body: string) =>
  body
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const piece = read(answerSchema, line);
      if ('error' in piece) throw new GatewayError('upstream_error', `The answer broke off: ${piece.error}`);
      return piece;
    });

const read = <T>(schema: z.ZodType<T>, text: string): T => {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new GatewayError('upstream_error', "The answer is not what a tool would understand: none of Ollama's API.", {
      cause: error,
    });
  }
};
