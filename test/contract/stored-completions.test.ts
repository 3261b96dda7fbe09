import { NotFoundError } from 'openai';
import type { ChatCompletion, ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import { describe, expect, test } from 'vitest';
import { completeWithOpenAi } from '../clients/support/complete-with-openai.ts';
import { useClients } from '../clients/support/use-clients.ts';

const clients = useClients();

const collect = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe.each([false, true])('chat completions that are stored (stream: %s)', (isStream) => {
  const ask = (content: string, more: Partial<ChatCompletionCreateParamsNonStreaming> = {}): Promise<ChatCompletion> =>
    completeWithOpenAi(
      clients().openai,
      { model: 'composer-2.5', store: true, messages: [{ role: 'user', content }], ...more, stream: false },
      isStream,
    );

  test('are found, changed and deleted', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Hello.' }, { usage: { input: 9, output: 3 } }]);
    const { id, choices, usage } = await ask('Hi', { metadata: { ticket: '7' } });
    const stored = await openai.chat.completions.retrieve(id);
    expect(stored).toMatchObject({
      id,
      usage,
      metadata: { ticket: '7' },
      choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: choices[0]?.message.content } }],
    });
    const changed = await openai.chat.completions.update(id, { metadata: { ticket: '8' } });
    expect(changed).toMatchObject({ id, metadata: { ticket: '8' } });
    expect(await openai.chat.completions.retrieve(id)).toMatchObject({ metadata: { ticket: '8' } });
    expect(await openai.chat.completions.delete(id)).toMatchObject({ id, deleted: true });
    await expect(openai.chat.completions.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
  });

  test('have the messages that were sent, page by page', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Hello.' }]);
    const { id } = await ask('', {
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'One' },
        { role: 'assistant', content: 'Two' },
        { role: 'user', content: [{ type: 'text', text: 'Three' }] },
      ],
    });
    const messages = await collect(openai.chat.completions.messages.list(id, { limit: 3, order: 'asc' }));
    expect(messages).toMatchObject([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'One' },
      { role: 'assistant', content: 'Two' },
      { role: 'user', content_parts: [{ type: 'text', text: 'Three' }] },
    ]);
  });

  test('are listed by their metadata, page by page', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Hello.' }]);
    const topic = `topic-${isStream}`;
    const ids: string[] = [];
    for (const content of ['One', 'Two', 'Three']) ids.push((await ask(content, { metadata: { topic } })).id);
    await ask('Other', { metadata: { topic: 'none' } });
    const list = (order: 'asc' | 'desc') =>
      collect(openai.chat.completions.list({ metadata: { topic }, order, limit: 2 }));
    expect((await list('asc')).map(({ id }) => id)).toEqual(ids);
    expect((await list('desc')).map(({ id }) => id)).toEqual(ids.toReversed());
  });

  test('are not there unless they were asked for', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Hello.' }]);
    const { id } = await ask('Hi', { store: false });
    await expect(openai.chat.completions.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
  });
});
