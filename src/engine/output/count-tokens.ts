import type { Message } from '../../core/run-request.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { splitAtBorders } from './split-at-borders.ts';

/** What OpenAI's models take around each message (https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken). */
const TOKENS_PER_MESSAGE = 4;
/** Of an image of 1024 by 1024 pixels in full detail, as OpenAI counts it. */
const TOKENS_PER_IMAGE = 765;

/** What a model reads before it answers. */
export interface CountedPrompt {
  readonly systemPrompt: string | null;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
}

/** Estimates the tokens of a prompt by o200k, whatever model reads it: Cursor tells none before it has run, and adds a prompt of its own. */
export const countTokens = async ({ systemPrompt, messages, tools }: CountedPrompt): Promise<number> => {
  const { fitTokens } = await import('./tokenizer/main.ts');
  const count = (text: string): number =>
    splitAtBorders(text).reduce((sum, piece) => sum + fitTokens(piece, Infinity).tokens, 0);
  const countMessage = (message: Message): number =>
    TOKENS_PER_MESSAGE +
    message.content.reduce((sum, part) => sum + (part.type === 'text' ? count(part.text) : TOKENS_PER_IMAGE), 0) +
    (message.role === 'assistant'
      ? message.toolCalls.reduce((sum, call) => sum + count(call.name) + count(call.arguments), 0)
      : 0);
  return (
    (systemPrompt === null ? 0 : TOKENS_PER_MESSAGE + count(systemPrompt)) +
    messages.reduce((sum, message) => sum + countMessage(message), 0) +
    (tools.length === 0 ? 0 : count(JSON.stringify(tools)))
  );
};
