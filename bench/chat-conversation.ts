import type { Child } from './child.ts';
import type { ChatTurn, ClientCommands } from './client.ts';
import type { Target } from './raw-client.ts';
import { CONVERSATION_TOOLS, SYSTEM_PROMPT, toUserText } from './conversation-job.ts';

/** A conversation whose client sends the whole of it with every turn. */
export interface ChatConversation {
  /** The user's next message. @throws Error where it is not taken for the next of this conversation */
  next(): Promise<ChatTurn>;
  /** The last request once more: nobody knows its conversation by then. */
  afresh(): Promise<ChatTurn>;
}

const TOOLS = CONVERSATION_TOOLS.map((tool) => ({ type: 'function', function: tool }));

export const createChatConversation = (
  client: Child<ClientCommands>,
  target: Target,
  name: string,
): ChatConversation => {
  const messages: unknown[] = [{ role: 'system', content: SYSTEM_PROMPT }];
  let turn = 0;
  let last: readonly unknown[] = messages;
  const ask = async (asked: readonly unknown[], expected: string): Promise<ChatTurn> => {
    const answer = await client.call('chat', { target, parts: { tools: TOOLS, messages: asked } });
    if (answer.conversation === expected) return answer;
    throw new Error(`Turn ${turn} was taken as ${answer.conversation} and not as ${expected}.`);
  };
  return {
    async next() {
      turn += 1;
      messages.push({ role: 'user', content: toUserText(name, turn) });
      last = [...messages];
      const answer = await ask(last, turn === 1 ? 'new' : 'continued');
      messages.push({ role: 'assistant', content: answer.text });
      return answer;
    },
    afresh: () => ask(last, 'rebuilt'),
  };
};
