import { NotFoundError } from 'openai';
import type { Conversation } from 'openai/resources/conversations/conversations';
import type { ConversationItem } from 'openai/resources/conversations/items';
import { describe, expect, test } from 'vitest';
import { respondWithOpenAi } from '../clients/support/respond-with-openai.ts';
import { useClients } from '../clients/support/use-clients.ts';

const clients = useClients();

const MODEL = 'composer-2.5';

const listAll = async (id: string, order: 'asc' | 'desc', limit = 100): Promise<readonly ConversationItem[]> => {
  const all: ConversationItem[] = [];
  for await (const item of clients().openai.conversations.items.list(id, { order, limit })) all.push(item);
  return all;
};

const toText = (item: ConversationItem): string => {
  if (item.type !== 'message') return item.type;
  const [part] = item.content;
  return part !== undefined && 'text' in part ? part.text : '';
};

describe('a conversation', () => {
  test('is made, changed and deleted', async () => {
    const { openai } = clients();
    const made: Conversation = await openai.conversations.create({ metadata: { topic: 'cats' } });
    expect(made).toMatchObject({ object: 'conversation', metadata: { topic: 'cats' } });
    expect(await openai.conversations.retrieve(made.id)).toMatchObject({ id: made.id, metadata: { topic: 'cats' } });
    const changed = await openai.conversations.update(made.id, { metadata: { topic: 'dogs' } });
    expect(changed).toMatchObject({ id: made.id, created_at: made.created_at, metadata: { topic: 'dogs' } });
    expect(await openai.conversations.delete(made.id)).toMatchObject({ id: made.id, deleted: true });
    await expect(openai.conversations.retrieve(made.id)).rejects.toBeInstanceOf(NotFoundError);
  });

  test('has items, which come page by page', async () => {
    const { openai } = clients();
    const { id } = await openai.conversations.create({
      items: [1, 2, 3].map((at) => ({ type: 'message', role: 'user', content: `Number ${at}` })),
    });
    const added = await openai.conversations.items.create(id, {
      items: [4, 5].map((at) => ({ type: 'message', role: 'user', content: `Number ${at}` })),
    });
    expect(added.data.map(toText)).toEqual(['Number 4', 'Number 5']);
    const all = await listAll(id, 'asc', 2);
    expect(all.map(toText)).toEqual([1, 2, 3, 4, 5].map((at) => `Number ${at}`));
    expect(await listAll(id, 'desc', 2)).toEqual(all.toReversed());
    const itemId = added.data[0]?.id ?? '';
    expect(await openai.conversations.items.retrieve(itemId, { conversation_id: id })).toMatchObject({ id: itemId });
    expect(await openai.conversations.items.delete(itemId, { conversation_id: id })).toMatchObject({ id });
    expect((await listAll(id, 'asc')).map(toText)).toEqual([1, 2, 3, 5].map((at) => `Number ${at}`));
  });

  test.each([false, true])('grows by responses, which go on with one agent (stream: %s)', async (isStream) => {
    const { openai, portside, takeConversations } = clients();
    await portside.simulator.setScenario({
      rules: [
        { when: { prompt: 'Look' }, then: [{ call: { tool: 'look' } }, { text: 'I see {{result.0}}.' }] },
        { then: [{ text: 'Noted.' }] },
      ],
    });
    const { id: conversation } = await openai.conversations.create();
    const tools = [
      { type: 'function' as const, name: 'look', parameters: { type: 'object', properties: {} }, strict: false },
    ];
    const say = (input: Parameters<typeof respondWithOpenAi>[1]['input']) =>
      respondWithOpenAi(openai, { model: MODEL, conversation, tools, ...(input !== undefined && { input }) }, isStream);
    await say('I like cats.');
    const called = await say('Look at this.');
    const [call] = called.output;
    if (call?.type !== 'function_call') throw new Error('There is no call.');
    const seen = await say([{ type: 'function_call_output', call_id: call.call_id, output: 'a cat' }]);
    expect(seen).toMatchObject({ output_text: 'I see a cat.', conversation: { id: conversation } });
    expect(takeConversations()).toEqual(['new', 'continued', 'resumed-tools']);
    const items = await listAll(conversation, 'asc');
    expect(items.map(toText)).toEqual([
      'I like cats.',
      'Noted.',
      'Look at this.',
      'function_call',
      'function_call_output',
      'I see a cat.',
    ]);
    expect(items[3]?.id).toBe(call.id);
    expect(await portside.simulator.runs()).toHaveLength(2);
  });

  test('that is nowhere is a 404', async () => {
    const { openai } = clients();
    const answer = openai.responses.create({ model: MODEL, input: 'x', conversation: 'conv_none' });
    await expect(answer).rejects.toBeInstanceOf(NotFoundError);
  });
});
