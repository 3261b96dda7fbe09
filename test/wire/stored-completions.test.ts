import { describe, expect, test } from 'vitest';
import type { StoredAnswer } from '../../src/core/answer-store.ts';
import type { Model } from '../../src/core/model.ts';
import { runs } from '../fixtures/runs.ts';
import { completeChat } from '../support/complete-chat.ts';
import { findSchemaErrors } from '../support/openai-schema.ts';
import { createScriptedBackend, type RunStep } from '../support/scripted-backend.ts';
import { startApp } from '../support/start-app.ts';

const CHAT = '/v1/chat/completions';
const models: Model[] = [
  { id: 'composer-2.5', displayName: 'Composer 2.5', aliases: [], parameters: [] },
  { id: 'claude-opus-4.5', displayName: 'Opus', aliases: ['opus'], parameters: [] },
];
const HELLO = { role: 'user', content: 'Hello' };
const GO = { model: 'composer-2.5', messages: [HELLO] };

interface Completion {
  readonly id: string;
  readonly choices: readonly object[];
  readonly metadata: Readonly<Record<string, string>>;
}
interface List {
  readonly object: string;
  readonly data: readonly (Completion & { readonly role?: string })[];
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
}

const start = async (steps: readonly RunStep[] = runs['text'] ?? []) => {
  const app = await startApp(createScriptedBackend({ models, steps }).backend);
  const ask = async <Answer = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<[status: number, answer: Answer]> => {
    const response = await app.fetch(`${CHAT}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return [response.status, (await response.json()) as Answer];
  };
  /** Gives what was answered in JSON. */
  const keep = async (body: object = {}): Promise<Completion> =>
    (await ask<Completion>('POST', '', { ...GO, store: true, ...body }))[1];
  const list = async (query = ''): Promise<List> => {
    const [status, answer] = await ask<List>('GET', query);
    expect([status, findSchemaErrors('ChatCompletionList', answer)]).toEqual([200, []]);
    return answer;
  };
  return { app, ask, keep, list, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

const error = (changes: object) => ({
  error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: null, ...changes },
});

/** What is kept beside the answer of a request that says nothing of it. */
const DEFAULTS = {
  request_id: expect.any(String),
  service_tier: 'default',
  tools: null,
  tool_choice: null,
  response_format: null,
  temperature: 1,
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  seed: null,
  input_user: null,
  metadata: {},
};

describe('an answer is stored', () => {
  const tools = [{ type: 'function', function: { name: 'read', parameters: { type: 'object' } } }];
  test.each<[name: string, run: string, body: object, changes?: object]>([
    ['of text', 'text', {}],
    ['of reasoning and text', 'reasoning then text', {}],
    ['of several choices', 'text', { n: 3 }],
    ['without usage', 'no usage reported', {}],
    [
      'with what its request said',
      'text',
      { metadata: { team: 'red' }, temperature: 0.5, seed: 7, user: 'me', tools, tool_choice: 'auto' },
      { metadata: { team: 'red' }, temperature: 0.5, seed: 7, input_user: 'me', tools, tool_choice: 'auto' },
    ],
    ['with metadata that is null', 'text', { metadata: null }],
  ])('%s, in JSON and as a stream', async (_name, run, body, changes = {}) => {
    await using started = await start(runs[run]);
    const { app, ask, list } = started;
    for (const isStream of [false, true]) {
      const outcome = await completeChat(app.fetch, { ...GO, store: true, ...body }, { isStream });
      expect(outcome.status).toBe(200);
      const id = (await list('?order=desc')).first_id;
      const [status, stored] = await ask('GET', `/${id}`);
      expect([status, stored]).toEqual([200, { ...outcome.body, ...DEFAULTS, ...changes, usage: stored['usage'], id }]);
      if (!isStream) expect(stored).toMatchObject(outcome.body);
      expect(findSchemaErrors('CreateChatCompletionResponse', stored)).toEqual([]);
    }
    expect((await list()).data).toHaveLength(2);
  });

  test.each<[name: string, body: object, run?: string]>([
    ['store is false', { store: false }],
    ['store is null', { store: null }],
    ['there is metadata alone', { metadata: { team: 'red' } }],
    ['it failed', { store: true }, 'error before any output'],
    ['it failed after some output', { store: true }, 'error after some output'],
  ])('not where %s', async (_name, body, run = 'text') => {
    await using started = await start(runs[run]);
    const { app, list } = started;
    for (const stream of [false, true]) {
      const response = await app.fetch(CHAT, { method: 'POST', body: JSON.stringify({ ...GO, ...body, stream }) });
      await response.text();
    }
    expect((await list()).data).toEqual([]);
  });

  test.each<[name: string, body: object, ignored: string | null]>([
    ['nothing, where it is stored', { store: true, metadata: { a: 'b' } }, null],
    ['metadata, where it is not', { store: false, metadata: { a: 'b' } }, 'metadata'],
    ['metadata of any form, where it is not', { metadata: { a: { b: 1 } } }, 'metadata'],
  ])('and the header names %s', async (_name, body, ignored) => {
    await using started = await start();
    const response = await started.app.fetch(CHAT, { method: 'POST', body: JSON.stringify({ ...GO, ...body }) });
    expect([response.status, response.headers.get('x-portside-ignored')]).toEqual([200, ignored]);
  });

  test.each<[name: string, body: object, param: string]>([
    ['store', { store: 'yes' }, 'store'],
    ['metadata', { store: true, metadata: { a: 1 } }, 'metadata.a'],
    ['metadata', { store: true, metadata: { ['k'.repeat(65)]: '' } }, 'metadata'],
  ])('not with %s of another form: %j', async (_name, body, param) => {
    await using started = await start();
    expect(await started.ask('POST', '', { ...GO, ...body })).toEqual([422, error({ param })]);
  });
});

test('a stored answer gets other metadata, and is deleted', async () => {
  await using started = await start();
  const { ask, keep, list } = started;
  const { id } = await keep({ metadata: { team: 'red' } });
  const [, before] = await ask('GET', `/${id}`);
  const after = { ...before, metadata: { team: 'blue' } };
  expect(await ask('POST', `/${id}`, { metadata: { team: 'blue' } })).toEqual([200, after]);
  expect(await ask('GET', `/${id}`)).toEqual([200, after]);
  expect((await list('?metadata[team]=blue')).data).toEqual([after]);
  for (const body of [{}, { metadata: 'x' }, []]) expect((await ask('POST', `/${id}`, body))[0]).toBe(422);
  const [status, deleted] = await ask('DELETE', `/${id}`);
  expect([status, deleted]).toEqual([200, { object: 'chat.completion.deleted', id, deleted: true }]);
  expect(findSchemaErrors('ChatCompletionDeleted', deleted)).toEqual([]);
  expect((await list()).data).toEqual([]);
});

test.each<[method: string, path: string, body?: unknown]>([
  ['GET', ''],
  ['POST', '', { metadata: {} }],
  ['DELETE', ''],
  ['GET', '/messages'],
])('%s %s of none, of a deleted and of a foreign answer is 404', async (method, path, body) => {
  await using started = await start();
  const { app, ask, keep, list } = started;
  const { id: deleted } = await keep();
  await ask('DELETE', `/${deleted}`);
  const { id } = await keep();
  const answer: StoredAnswer = {
    id: 'foreign',
    kind: 'chat.completion',
    owner: 'another',
    threadId: 'foreign',
    previousId: null,
    model: 'm',
    metadata: {},
    createdAt: 1,
    body: { id: 'foreign' },
    input: [],
    processId: null,
  };
  app.store.add(answer);
  for (const none of ['none', deleted, 'foreign']) {
    expect(await ask(method, `/${none}${path}`, body)).toEqual([
      404,
      error({ message: expect.stringContaining(`'${none}'`) }),
    ]);
  }
  expect(app.store.find('another', 'foreign')).toEqual(answer);
  expect((await list()).data.map((one) => one.id)).toEqual([id]);
});

describe('stored answers are listed', () => {
  const fill = async () => {
    const started = await start();
    const { keep } = started;
    const a = (await keep({ metadata: { team: 'red' } })).id;
    const b = (await keep({ metadata: { team: 'red', 'a b&c': 'd=e' }, model: 'opus' })).id;
    const c = (await keep()).id;
    const names = new Map([
      [a, 'a'],
      [b, 'b'],
      [c, 'c'],
    ]);
    return { ...started, a, b, c, names, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() };
  };

  test.each<[query: string, names: string, hasMore?: boolean]>([
    ['', 'abc'],
    ['?order=desc', 'cba'],
    ['?limit=2', 'ab', true],
    ['?limit=2&after=a', 'bc'],
    ['?after=c', ''],
    ['?model=claude-opus-4.5', 'b'],
    ['?metadata[team]=red', 'ab'],
    ['?metadata%5Bteam%5D=red&metadata[a%20b%26c]=d%3De', 'b'],
    ['?metadata[team]=red&model=composer-2.5', 'a'],
    ['?metadata[team]=blue', ''],
  ])('%s', async (query, expected, hasMore = false) => {
    await using filled = await fill();
    const { list, a, c, names } = filled;
    const page = await list(query.replace(/after=([ac])/, (_all, name) => `after=${name === 'a' ? a : c}`));
    expect([page.data.map(({ id }) => names.get(id)).join(''), page.has_more]).toEqual([expected, hasMore]);
    expect([page.first_id, page.last_id]).toEqual([page.data[0]?.id ?? '', page.data.at(-1)?.id ?? '']);
  });

  test.each([
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?order=old', 'order'],
    ['?after=none', 'after'],
  ])('not by %s', async (query, param) => {
    await using started = await start();
    expect(await started.ask('GET', query)).toEqual([400, error({ param })]);
  });
});

describe('the messages of a stored answer', () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'A cat' },
  ];

  test('are those of its request, with ids', async () => {
    await using started = await start();
    const { ask, keep } = started;
    const { id } = await keep({ messages });
    const [status, list] = await ask<List>('GET', `/${id}/messages`);
    const added = { name: null, refusal: null, content_parts: null };
    expect([status, list]).toEqual([
      200,
      {
        object: 'list',
        data: [
          { ...messages[0], ...added, id: `${id}-0` },
          { ...messages[1], ...added, id: `${id}-1`, content: null, content_parts: messages[1]?.content },
          { ...messages[2], ...added, id: `${id}-2` },
          { ...messages[3], ...added, id: `${id}-3` },
        ],
        first_id: `${id}-0`,
        last_id: `${id}-3`,
        has_more: false,
      },
    ]);
    // The schema knows messages of the assistant alone, OpenAI's own example is one of the user.
    const data = list.data.map((message) => ({ ...message, role: 'assistant' }));
    expect(findSchemaErrors('ChatCompletionMessageList', { ...list, data })).toEqual([]);
  });

  test.each<[query: string, indexes: number[], hasMore?: boolean]>([
    ['', [0, 1, 2, 3]],
    ['?limit=1', [0], true],
    ['?order=desc&limit=3', [3, 2, 1], true],
    ['?after=1', [2, 3]],
    ['?after=1&order=desc', [0]],
  ])('are listed by %s', async (query, indexes, hasMore = false) => {
    await using started = await start();
    const { ask, keep } = started;
    const { id } = await keep({ messages });
    const [, list] = await ask<List>('GET', `/${id}/messages${query.replace('after=', `after=${id}-`)}`);
    expect([list.data.map((message) => message.id), list.has_more]).toEqual([
      indexes.map((index) => `${id}-${index}`),
      hasMore,
    ]);
  });

  test('are not listed behind one that is not there', async () => {
    await using started = await start();
    const { ask, keep } = started;
    const { id } = await keep();
    expect(await ask('GET', `/${id}/messages?after=none`)).toEqual([400, error({ param: 'after' })]);
  });
});

test.each([
  ['PUT', CHAT, 'GET, HEAD, POST'],
  ['PUT', `${CHAT}/x`, 'GET, HEAD, POST, DELETE'],
  ['POST', `${CHAT}/x/messages`, 'GET, HEAD'],
])('%s %s is told the methods that there are', async (method, path, allow) => {
  await using started = await start();
  const response = await started.app.fetch(path, { method, body: '{}' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
});
