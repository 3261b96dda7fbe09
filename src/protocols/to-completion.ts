import type { DecodedMessages } from './split-system-prompt.ts';

/**
 * Puts a text to be completed as a conversation: Cursor's models answer messages, they do not go on with a text by themselves.
 * With a suffix the gap between the two is to be filled.
 */
export const toCompletion = (prompt: string, suffix: string | null): DecodedMessages => ({
  systemPrompt: suffix === null ? CONTINUE : FILL_IN,
  messages: [{ role: 'user', content: [{ type: 'text', text: suffix === null ? prompt : toGap(prompt, suffix) }] }],
});

const toGap = (before: string, after: string): string =>
  `<text_before>${before}</text_before>\n<text_after>${after}</text_after>`;

const ONLY_TEXT =
  'Repeat nothing of what was sent. Do not greet, comment or explain, and put no code fence around the answer: it is inserted into the text as it is, with its spaces and line breaks.';

const CONTINUE = `Continue the text of the user. Answer only with what follows directly after its last character. Where the text asks or orders something, what follows is the answer or the result. ${ONLY_TEXT}`;

const FILL_IN = `Fill the gap in a text, such as the source code in an editor. The user sends what is before the gap in <text_before> and what is after it in <text_after>; the tags are no part of the text. Answer only with what belongs in the gap, so that before, answer and after make one text that reads well. ${ONLY_TEXT}`;
