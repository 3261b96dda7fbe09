import { setImmediate } from 'node:timers/promises';
import type { Message } from '../../core/run-request.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { splitAtBorders } from './split-at-borders.ts';

/** What OpenAI's models take around each message (https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken). */
const TOKENS_PER_MESSAGE = 4;
/** Of an image of 1024 by 1024 pixels in full detail, as OpenAI counts it. */
const TOKENS_PER_IMAGE = 765;
/** Some milliseconds of work. */
const CHARACTERS_AT_ONCE = 20_000;

/** What a model reads before it answers. */
export interface CountedPrompt {
  readonly systemPrompt: string | null;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
}

/**
 * Estimates the tokens of a prompt by o200k, whatever model reads it: Cursor tells none before it has run, and adds a prompt of its
 * own.
 *
 * @throws the reason of `signal` soon after it is aborted
 */
export const countTokens = async (
  { systemPrompt, messages, tools }: CountedPrompt,
  signal?: AbortSignal,
): Promise<number> => {
  const { fitTokens } = await import('./tokenizer/main.ts');
  const texts = [
    ...(systemPrompt === null ? [] : [systemPrompt]),
    ...messages.flatMap(toTexts),
    ...(tools.length === 0 ? [] : [JSON.stringify(tools)]),
  ];
  const images = messages.flatMap(({ content }) => content).filter(({ type }) => type === 'image').length;
  let tokens = TOKENS_PER_MESSAGE * (messages.length + (systemPrompt === null ? 0 : 1)) + TOKENS_PER_IMAGE * images;
  let uncounted = 0;
  for (const text of texts) {
    for (const piece of splitAtBorders(text)) {
      tokens += fitTokens(piece, Infinity).tokens;
      uncounted += piece.length;
      if (uncounted < CHARACTERS_AT_ONCE) continue;
      uncounted = 0;
      // A long text takes seconds, in which other answers go on.
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  return tokens;
};

const toTexts = (message: Message): readonly string[] => [
  ...message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])),
  ...(message.role === 'assistant' ? message.toolCalls.flatMap((call) => [call.name, call.arguments]) : []),
];
