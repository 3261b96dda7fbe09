import type Anthropic from '@anthropic-ai/sdk';
import {
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import type { Message, MessageCreateParamsNonStreaming, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Steps } from '../support/simulator-control.ts';
import { readImage } from '../support/test-images.ts';
import { useAnthropic } from '../support/use-anthropic.ts';

const MODEL_MAP = 'my-model=claude-opus-4.5,gpt-*=claude-haiku-4.5';
const contract = useAnthropic({ env: { PORTSIDE_MODEL_MAP: MODEL_MAP } });

const play = (steps: Steps): Promise<void> => contract().portside.simulator.setScenario(steps);
const onlyRun = () => contract().portside.simulator.onlyRun();

type Fields = Partial<MessageCreateParamsNonStreaming>;

/** Asks with the official client, as JSON or as a stream, and gives the whole message either way. */
const create = (fields: Fields, isStream: boolean): Promise<Message> => {
  const { anthropic } = contract();
  const body = { model: 'composer-2.5', max_tokens: 1000, messages: [GO], ...fields };
  return isStream ? anthropic.messages.stream(body).finalMessage() : anthropic.messages.create(body);
};

const GO: MessageParam = { role: 'user', content: 'Go' };

describe.each([false, true])('a message (stream: %s)', (isStream) => {
  test('has text, a reason for its end and what it cost', async () => {
    await play([
      { thinking: 'Nobody asked for this.' },
      { text: 'Hello there!' },
      { usage: { input: 120, output: 9, cacheRead: 100, reasoning: 4 } },
    ]);
    const message = await create({ system: 'Be kind.' }, isStream);
    expect(message).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      role: 'assistant',
      model: 'composer-2.5',
      content: [{ type: 'text', text: 'Hello there!' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
    });
    // What was read from the cache is no part of the input.
    expect(message.usage).toMatchObject({
      input_tokens: 120,
      cache_read_input_tokens: 100,
      output_tokens: 9,
      output_tokens_details: { thinking_tokens: 4 },
    });
    expect(await onlyRun()).toMatchObject({ systemPrompt: 'Be kind.', prompt: 'Go' });
    const [{ headers } = { headers: new Headers() }] = contract().takeAnswers();
    expect(headers.get('request-id')).toBe(headers.get('x-request-id'));
  });

  test('tells its thinking where that is wanted', async () => {
    await play([{ thinking: 'Let me see. Yes.' }, { text: 'Yes!' }]);
    const thinking = { type: 'enabled', budget_tokens: 10_000 } as const;
    const message = await create({ model: 'claude-sonnet-4.5', thinking }, isStream);
    expect(message.content).toEqual([
      { type: 'thinking', thinking: 'Let me see. Yes.', signature: expect.stringMatching(/./) },
      { type: 'text', text: 'Yes!', citations: null },
    ]);
    expect((await onlyRun()).model).toMatchObject({ params: [{ id: 'thinking', value: 'true' }] });
    // It may be sent back.
    const messages = [GO, { role: 'assistant', content: message.content } as const, GO];
    await create({ model: 'claude-sonnet-4.5', thinking, messages }, isStream);
    expect(contract().takeConversations()).toEqual(['new', 'continued']);
  });

  test('ends where it is told to', async () => {
    await play([{ text: 'One, two, three, four' }]);
    expect(await create({ stop_sequences: ['five', ', three'] }, isStream)).toMatchObject({
      content: [{ text: 'One, two' }],
      stop_reason: 'stop_sequence',
      stop_sequence: ', three',
    });
    await play([{ text: 'One two three four five six' }]);
    const cut = await create({ max_tokens: 3 }, isStream);
    expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 3 } });
    expect(cut.content).toEqual([{ type: 'text', text: 'One two three', citations: null }]);
  });

  test('goes on with its conversation, which is paid for once', async () => {
    await play([{ text: 'Noted.' }]);
    const cached = { type: 'ephemeral' } as const;
    const system = [
      { type: 'text' as const, text: 'You are a scout.' },
      { type: 'text' as const, text: 'Be brief.', cache_control: cached },
    ];
    const first: MessageParam = { role: 'user', content: [{ type: 'text', text: 'I am Ada.', cache_control: cached }] };
    const answer = await create({ system, messages: [first], metadata: { user_id: 'u-1' } }, isStream);
    const messages: MessageParam[] = [
      { role: 'user', content: 'I am Ada.' },
      { role: 'assistant', content: answer.content },
      { role: 'user', content: [{ type: 'text', text: 'Who am I?', cache_control: cached }] },
    ];
    await create({ system, messages, metadata: { user_id: 'u-1' } }, isStream);
    const answers = contract().takeAnswers();
    expect(answers.map(({ headers }) => headers.get('x-portside-conversation'))).toEqual(['new', 'continued']);
    expect(answers.map(({ headers }) => headers.get('x-portside-ignored'))).toEqual(['metadata', 'metadata']);
    expect(await contract().portside.simulator.runs()).toMatchObject([
      { systemPrompt: 'You are a scout.\nBe brief.', prompt: 'I am Ada.' },
      { prompt: 'Who am I?' },
    ]);
  });

  test('takes images, documents and words of the system in between', async () => {
    await play([{ text: 'A flag.' }]);
    const data = readImage('halves.png').toString('base64');
    await create(
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
              { type: 'document', title: 'a.md', source: { type: 'text', media_type: 'text/plain', data: '# Flags' } },
              { type: 'text', text: 'Which is it?' },
            ],
          },
          { role: 'system', content: 'Answer in two words.' },
        ],
      },
      isStream,
    );
    const { images, prompt, systemPrompt } = await onlyRun();
    expect(images).toEqual([{ mimeType: 'image/png', sizeBytes: readImage('halves.png').length }]);
    for (const words of ['# Flags', 'a.md', 'Which is it?']) expect(prompt).toContain(words);
    expect(systemPrompt).toBe('Answer in two words.');
  });

  test('ends with the words of the user, whatever the system says after them, in every turn', async () => {
    const say = (role: 'user' | 'system', text: string) => ({ role, content: [{ type: 'text' as const, text }] });
    const turn = (words: string, note: string): MessageParam[] => [say('user', words), say('system', note)];
    const tools = [{ name: 'look', input_schema: { type: 'object' as const, properties: {} } }];
    await contract().portside.simulator.setScenario({
      rules: [
        { when: { prompt: 'And Rome' }, then: [{ call: { tool: 'look', args: {} } }, { text: 'Warm: {{result.0}}.' }] },
        { then: [{ text: 'Noted.' }] },
      ],
    });
    const messages: MessageParam[] = [];
    const ask = async (...added: readonly MessageParam[]): Promise<Message> => {
      messages.push(...added);
      const message = await create({ system: 'You are a scout.', tools, messages: [...messages] }, isStream);
      messages.push({ role: 'assistant', content: message.content });
      return message;
    };
    await ask(...turn('I am in Oslo.', 'It is Monday.'));
    await ask(...turn('It is cold.', 'It is noon.'));
    const { content } = await ask(...turn('And Rome?', 'It is one.'));
    const [call] = content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    const last = await ask(
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call ?? '', content: 'sun' }] },
      say('system', 'It is two.'),
    );
    expect(last.content).toMatchObject([{ text: expect.stringMatching(/^Warm: sun[^]*It is two\./) }]);
    expect(contract().takeConversations()).toEqual(['new', 'continued', 'continued', 'resumed-tools']);
    const asked = await contract().portside.simulator.runs();
    expect(asked).toMatchObject([
      { systemPrompt: 'You are a scout.\n\nIt is Monday.', prompt: 'I am in Oslo.' },
      { prompt: expect.stringMatching(/It is noon\.[^]*\n\nIt is cold\.$/) },
      { prompt: expect.stringMatching(/It is one\.[^]*\n\nAnd Rome\?$/) },
    ]);
    expect(new Set(asked.map(({ agentId }) => agentId)).size).toBe(1);
  });

  test('has the form that is wanted', async () => {
    const format = zodOutputFormat(z.object({ city: z.string(), degrees: z.number() }));
    await contract().portside.simulator.setScenario({
      rules: [
        { times: 1, then: [{ text: 'It is {"city": "Oslo"}' }] },
        { then: [{ text: 'Sorry: {"city": "Oslo", "degrees": -7}' }] },
      ],
    });
    const body = { model: 'composer-2.5', max_tokens: 1000, messages: [GO], output_config: { format } };
    const { anthropic } = contract();
    const message = await (isStream ? anthropic.messages.stream(body).finalMessage() : anthropic.messages.parse(body));
    expect(message.parsed_output).toEqual({ city: 'Oslo', degrees: -7 });
  });

  test.each<[named: string, used: string]>([
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4.5'],
    ['claude-haiku-4-5', 'claude-haiku-4.5'],
    ['opus', 'claude-opus-4.5'],
    ['my-model', 'claude-opus-4.5'],
    ['gpt-4o-mini', 'claude-haiku-4.5'],
    ['never-heard-of', 'composer-2.5'],
  ])('of %s is made by %s, which is told', async (named, used) => {
    await play([{ text: 'Hi.' }]);
    // Its own name is what a client goes on with, unless it meant nothing.
    expect((await create({ model: named }, isStream)).model).toBe(named === 'never-heard-of' ? used : named);
    expect(contract().takeAnswers()[0]?.headers.get('x-portside-model')).toBe(used);
    expect((await onlyRun()).model.id).toBe(used);
  });
});

test('a stream tells its events as they come', async () => {
  await play([{ text: 'One two', chunk: 4 }]);
  const stream = contract().anthropic.messages.stream({ model: 'composer-2.5', max_tokens: 100, messages: [GO] });
  const texts: string[] = [];
  stream.on('text', (delta) => texts.push(delta));
  const types: string[] = [];
  for await (const { type } of stream) types.push(type);
  expect(types).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  expect(texts).toEqual(['One ', 'two']);
  expect(await stream.finalText()).toBe('One two');
});

test.each([
  { name: 'before any output', steps: [{ sleepMs: 300_000 }] satisfies Steps },
  { name: 'amid the answer', steps: [{ text: 'Half' }, { sleepMs: 300_000 }] satisfies Steps },
])('a stream that is aborted $name ends the run', async ({ steps }) => {
  await play(steps);
  const { anthropic, portside } = contract();
  const status = async () => (await portside.simulator.runs())[0]?.status;
  const stream = anthropic.messages.stream({ model: 'composer-2.5', max_tokens: 100, messages: [GO] });
  const outcome = stream.done().catch((error: unknown) => error);
  if (steps.length > 1) await stream.emitted('text');
  await expect.poll(status, { timeout: 5000, interval: 20 }).toBe('running');
  stream.abort();
  expect(await outcome).toBeInstanceOf(APIUserAbortError);
  await expect.poll(status, { timeout: 5000, interval: 20 }).toBe('cancelled');
  await anthropic.models.list();
});

describe('errors', () => {
  const ask = (anthropic: Anthropic, fields: Fields = {}, isStream = false): Promise<unknown> => {
    const body = { model: 'composer-2.5', max_tokens: 100, messages: [GO], ...fields };
    const answer = isStream ? anthropic.messages.stream(body).finalMessage() : anthropic.messages.create(body);
    return answer.catch((error: unknown) => error);
  };

  test.each<[code: 'resource_exhausted' | 'permission_denied' | 'unauthenticated', error: unknown, type: string]>([
    ['resource_exhausted', RateLimitError, 'rate_limit_error'],
    ['permission_denied', PermissionDeniedError, 'permission_error'],
    ['unauthenticated', AuthenticationError, 'authentication_error'],
  ])('of Cursor have their class: %s', async (code, kind, type) => {
    for (const isStream of [false, true]) {
      await play([{ fail: { code, message: 'No.' } }]);
      const error = await ask(contract().anthropic, {}, isStream);
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({ type, requestID: expect.stringMatching(/./) });
    }
  });

  test('of the client have theirs', async () => {
    const { anthropic } = contract();
    expect(await ask(anthropic.withOptions({ apiKey: 'portside_wrong' }))).toBeInstanceOf(AuthenticationError);
    expect(await ask(anthropic, { messages: [] })).toBeInstanceOf(BadRequestError);
    expect(await ask(anthropic, { tool_choice: { type: 'any' } })).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      error: { error: { message: expect.stringContaining('tool_choice') } },
    });
    await expect(anthropic.models.retrieve('never-heard-of')).rejects.toBeInstanceOf(NotFoundError);
    await expect(anthropic.get('/v1/messages/batches')).rejects.toBeInstanceOf(NotFoundError);
  });

  test('amid a stream come as its last event', async () => {
    await play([{ text: 'Half' }, { fail: { code: 'resource_exhausted', message: 'Enough.' } }]);
    const { anthropic } = contract();
    const stream = anthropic.messages.stream({ model: 'composer-2.5', max_tokens: 100, messages: [GO] });
    let text = '';
    stream.on('text', (delta) => (text += delta));
    await expect(stream.done()).rejects.toMatchObject({ type: 'rate_limit_error' });
    expect(text).toBe('Half');
  });
});

test('tokens are counted', async () => {
  const { anthropic } = contract();
  const count = async (fields: object): Promise<number> =>
    (await anthropic.messages.countTokens({ model: 'composer-2.5', messages: [GO], ...fields })).input_tokens;
  const least = await count({});
  expect(least).toBeGreaterThan(0);
  expect(await count({ system: 'You are a scout in the woods.' })).toBeGreaterThan(least);
  const tools = [{ name: 'look', input_schema: { type: 'object', properties: { where: { type: 'string' } } } }];
  expect(await count({ tools })).toBeGreaterThan(least);
});

test('models are listed, page by page too, and found by names of Anthropic’s', async () => {
  const { anthropic } = contract();
  const whole = await anthropic.models.list();
  expect(whole.has_more).toBe(false);
  const paged: string[] = [];
  for await (const { id } of anthropic.models.list({ limit: 2 })) paged.push(id);
  expect(paged).toEqual(whole.data.map(({ id }) => id));
  expect(paged).toContain('claude-sonnet-4.5');
  expect(await anthropic.models.retrieve('claude-sonnet-4-5-20250929')).toEqual(
    whole.data.find(({ id }) => id === 'claude-sonnet-4.5'),
  );
});
