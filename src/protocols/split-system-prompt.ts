import type { ContentPart, Message } from '../core/run-request.ts';

/** A conversation with the system messages that open it set apart. */
export interface DecodedMessages {
  readonly systemPrompt: string | null;
  readonly messages: readonly Message[];
}

/**
 * System messages that open the conversation are its system prompt; later ones keep their place among the others. Where
 * there is nothing else, the last one is the prompt, as with OpenAI.
 */
export const splitSystemPrompt = (messages: readonly Message[]): DecodedMessages => {
  const firstOther = messages.findIndex(({ role }) => role !== 'system');
  const end = firstOther === -1 ? messages.length - 1 : firstOther;
  const text = messages
    .slice(0, end)
    .map(({ content }) => toText(content))
    .join('\n\n');
  const rest = messages.slice(end);
  return {
    systemPrompt: text.trim() === '' ? null : text,
    messages: firstOther === -1 ? rest.map(({ content }) => ({ role: 'user', content })) : rest,
  };
};

const toText = (content: readonly ContentPart[]): string =>
  content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
