import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Validator } from '@cfworker/json-schema';
import type { Express, Router } from 'express';
import { describe, expect, test } from 'vitest';
import { toOpenApiDocument } from '../../scripts/generate/openapi/document.ts';
import { OPERATIONS } from '../../scripts/generate/openapi/operations.ts';
import { readCompatibility } from '../../scripts/generate/openapi/compatibility.ts';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { Model } from '../../src/core/model.ts';
import { runs } from '../fixtures/runs.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { type AppRequest, startApp, type StartAppOptions } from '../support/start-app.ts';

const document = toOpenApiDocument();

/** What belongs to the pages, and is no part of the API. */
const FILES_OF_PAGES = /^(?:\/docs\/|\/redoc\/|\/favicon\.ico$)/;

/** The routes of an app or a router, and of those within it: `get /v1/models/{}`. */
const listRoutes = ({ stack }: Pick<Router, 'stack'>): readonly string[] =>
  stack.flatMap(({ route, handle }) => {
    if (route === undefined) return 'stack' in handle ? listRoutes(handle as Router) : [];
    const methods = new Set(route.stack.flatMap(({ method }) => (method === undefined ? [] : [method])));
    return [...methods].map((method) => `${method} ${route.path.replaceAll(/:\w+/g, '{}')}`);
  });

const toServed = (app: Express): readonly string[] =>
  listRoutes(app.router)
    .filter((route) => !FILES_OF_PAGES.test(route.split(' ')[1] ?? ''))
    .toSorted();

const findErrors = (schema: object, value: unknown): readonly string[] =>
  new Validator({ ...document, ...schema }, '2020-12', false)
    .validate(value)
    .errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);

const toRef = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Every value that is under a key, wherever. */
const collect = (value: unknown, key: string): readonly unknown[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, each]) => (name === key ? [each] : []).concat(collect(each, key)));

const resolve = (ref: string): unknown =>
  ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((within, name) => Object(within)[name], document);

describe('the document', () => {
  test('has every route that is served, and no other', async () => {
    await using app = await startApp(createScriptedBackend({}).backend);
    const documented = OPERATIONS.map(({ method, path: route }) => `${method} ${route.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(documented.toSorted()).toEqual(toServed(app.app));
  });

  test('has what each reference names', () => {
    const refs = collect(document, '$ref').map(String);
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((ref) => resolve(ref) === undefined)).toEqual([]);
  });

  test('names each operation once, with the parameters of its path', () => {
    const operations = Object.entries(document.paths).flatMap(([route, methods]) =>
      Object.values(methods).map((operation) => [route, operation] as const),
    );
    expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(operations.length);
    for (const [route, { parameters = [] }] of operations) {
      const inPath = parameters.flatMap((each) => ('in' in each && each.in === 'path' ? [each.name] : []));
      expect(inPath).toEqual([...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  test('says what becomes of every parameter that is known', () => {
    const notes = readCompatibility();
    const missing = OPERATIONS.flatMap(({ method, path: route, body }) => {
      const { parameters = [] } = document.paths[route]?.[method] ?? {};
      const known = new Set([
        ...parameters.flatMap((each) => ('name' in each ? [each.name] : [])),
        ...Object.keys(body === undefined ? {} : (document.components.schemas[body.name]?.properties ?? {})),
      ]);
      return notes(method, route)
        .filter(({ name }) => !name.includes('.') && !known.has(name))
        .map(({ name }) => `${method} ${route}: ${name}`);
    });
    expect(missing).toEqual([]);
  });

  test('tells no address of this machine, and no secret', () => {
    expect(JSON.stringify(document)).not.toMatch(/127\.0\.0\.1|localhost|portside_[A-Za-z0-9_-]{20,}|crsr_/);
  });
});

const bodies = OPERATIONS.flatMap(({ id, body }) => (body === undefined ? [] : [[id, body] as const]));

test.each(bodies)(
  'the example of %s is a valid body, by the document and by the decoder',
  (_id, { name, schema, example }) => {
    expect(findErrors(toRef(name), example)).toEqual([]);
    expect(schema.safeParse(example).success).toBe(true);
  },
);

test.each([
  ['openai-chat/*.json', 'ChatCompletion', 'OpenAiError'],
  ['openai-completions/*.json', 'TextCompletion', 'OpenAiError'],
  ['openai-responses/*.json', 'Response', 'OpenAiError'],
  ['anthropic/*.json', 'Message', 'AnthropicError'],
  ['ollama/chat-*.json', 'OllamaChatAnswer', 'OllamaError'],
  ['ollama/generate-*.json', 'OllamaGenerateAnswer', 'OllamaError'],
])('the answers of %s are as the document says', (files, answer, error) => {
  const folder = path.join(import.meta.dirname, 'golden');
  const names = globSync(files, { cwd: folder });
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const value: object = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    const isError = 'error' in value && value.error !== null && !('status' in value);
    expect({ name, errors: findErrors(toRef(isError ? error : answer), value) }).toEqual({ name, errors: [] });
  }
});

const models: Model[] = [
  { id: 'composer-2.5', displayName: 'Composer 2.5', aliases: ['composer'], parameters: [] },
  { id: 'claude-4.5-sonnet', displayName: 'Sonnet 4.5', aliases: [], parameters: [] },
];

type App = Awaited<ReturnType<typeof startApp>>;

const start = (script: Parameters<typeof createScriptedBackend>[0] = {}, options: StartAppOptions = {}): Promise<App> =>
  startApp(createScriptedBackend({ models, steps: runs['text'] ?? [], ...script }).backend, options);

const OF_THE_API = /^(?:x-|request-id$|retry-after$|idempotent-|www-authenticate$)/;
const FOR_BROWSERS_AND_PROXIES = new Set([
  'x-accel-buffering',
  'x-content-type-options',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
]);

/** What a request was answered with that is not as the document says; `asked` begins with the id of the operation. */
const findUndocumented = async (asked: string, response: Response): Promise<readonly string[]> => {
  const id = asked.split(' ')[0];
  const operation = Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .find(({ operationId }) => operationId === id);
  const told = operation?.responses?.[String(response.status)];
  const described = told !== undefined && '$ref' in told ? resolve(String(told.$ref)) : told;
  const { headers = {}, content = {} } = Object(described);
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  const text = await response.text();
  if (content[type] === undefined) return [`${response.status} ${type} of ${id} is not in the document: ${text}`];
  const known = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  return [
    ...[...response.headers.keys()]
      .filter((name) => OF_THE_API.test(name) && !FOR_BROWSERS_AND_PROXIES.has(name) && !known.has(name))
      .map((name) => `${name} of ${id} is not in the document`),
    ...findErrors(content[type].schema, type === 'application/json' ? JSON.parse(text) : text),
  ];
};

/** Makes what the requests of a table name by `:completion` and so on. */
const prepare = async (app: App): Promise<Readonly<Record<string, string>>> => {
  const make = async (target: string, body: object): Promise<string> => {
    const response = await app.fetch(target, { method: 'POST', body: JSON.stringify(body) });
    return ((await response.json()) as { readonly id: string }).id;
  };
  const user = (id: string) => ({ id, role: 'user', content: 'Hello' });
  return {
    completion: await make('/v1/chat/completions', { model: 'auto', messages: [user('m1')], store: true }),
    response: await make('/v1/responses', { model: 'auto', input: 'Hello' }),
    conversation: await make('/v1/conversations', { items: [user('item1')] }),
    session: await make('/v1/sessions', { id: 'named' }),
  };
};

const ANTHROPIC = { 'anthropic-version': '2023-06-01' };
const post = (body: unknown, headers: AppRequest['headers'] = {}): AppRequest => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers,
});
const get = (headers: AppRequest['headers'] = {}): AppRequest => ({ headers });
const chat = { model: 'composer-2.5', messages: [{ role: 'user', content: 'Hello' }], seed: 1, nonsense: 1 };
const message = { ...chat, model: 'sonnet', max_tokens: 100 };
const generate = { model: 'auto', prompt: 'Hello', keep_alive: 3, nonsense: 1 };
const NO_TOKEN = { Authorization: '' };

describe('what is answered is in the document', () => {
  test.each<[asked: string, target: string, status: number, request?: AppRequest]>([
    ['createChatCompletion', '/v1/chat/completions', 200, post(chat, { 'X-Cursor-Session-ID': 'named' })],
    ['createChatCompletion as a stream', '/v1/chat/completions', 200, post({ ...chat, stream: true })],
    ['createChatCompletion without a token', '/v1/chat/completions', 401, post(chat, NO_TOKEN)],
    ['createChatCompletion of no model', '/v1/chat/completions', 404, post({ ...chat, model: 'none' })],
    ['createChatCompletion of nothing', '/v1/chat/completions', 422, post({})],
    ['createChatCompletion of no JSON', '/v1/chat/completions', 400, { method: 'POST', body: '{' }],
    ['createOpenCodeSdkChatCompletion', '/opencodev2/v1/chat/completions', 200, post(chat)],
    ['listChatCompletions', '/v1/chat/completions', 200],
    ['listChatCompletions of no page', '/v1/chat/completions?limit=none', 400],
    ['getChatCompletion', '/v1/chat/completions/:completion', 200],
    ['getChatCompletion that is none', '/v1/chat/completions/none', 404],
    ['updateChatCompletion', '/v1/chat/completions/:completion', 200, post({ metadata: { topic: 'harbours' } })],
    ['listChatCompletionMessages', '/v1/chat/completions/:completion/messages', 200],
    ['deleteChatCompletion', '/v1/chat/completions/:completion', 200, { method: 'DELETE' }],

    ['createResponse', '/v1/responses', 200, post({ model: 'auto', input: 'Hello', nonsense: 1 })],
    ['createResponse as a stream', '/v1/responses', 200, post({ model: 'auto', input: 'Hello', stream: true })],
    ['createResponse without a token', '/v1/responses', 401, post({}, NO_TOKEN)],
    ['createResponse of no model', '/v1/responses', 404, post({ model: 'none', input: 'Hello' })],
    ['createResponse of a wrong input', '/v1/responses', 400, post({ model: 'auto', input: 5 })],
    ['openResponsesSocket without an upgrade', '/v1/responses', 426],
    ['countResponseInput', '/v1/responses/input_tokens', 200, post({ model: 'auto', input: 'Hello', store: true })],
    ['compactResponse', '/v1/responses/compact', 200, post({ model: 'auto', input: 'Hello', store: true })],
    ['getResponse', '/v1/responses/:response?nonsense=1', 200],
    ['getResponse as a stream', '/v1/responses/:response?stream=true', 200],
    ['getResponse that is none', '/v1/responses/none', 404],
    ['listResponseInput', '/v1/responses/:response/input_items?nonsense=1', 200],
    ['cancelResponse that is not of the background', '/v1/responses/:response/cancel', 400, post({})],
    ['deleteResponse', '/v1/responses/:response', 200, { method: 'DELETE' }],

    ['createConversation', '/v1/conversations', 200, post({ metadata: { topic: 'harbours' } })],
    ['createConversation of a wrong body', '/v1/conversations', 400, post({ metadata: 5 })],
    ['getConversation', '/v1/conversations/:conversation', 200],
    ['getConversation that is none', '/v1/conversations/none', 404],
    ['updateConversation', '/v1/conversations/:conversation', 200, post({ metadata: {} })],
    ['listConversationItems', '/v1/conversations/:conversation/items?nonsense=1', 200],
    [
      'addConversationItems',
      '/v1/conversations/:conversation/items?nonsense=1',
      200,
      post({ items: [{ role: 'user', content: 'Hello' }] }),
    ],
    ['getConversationItem', '/v1/conversations/:conversation/items/item1?nonsense=1', 200],
    ['deleteConversationItem', '/v1/conversations/:conversation/items/item1', 200, { method: 'DELETE' }],
    ['deleteConversation', '/v1/conversations/:conversation', 200, { method: 'DELETE' }],

    ['createMessage', '/v1/messages', 200, post(message, ANTHROPIC)],
    ['createMessage as a stream', '/v1/messages', 200, post({ ...message, stream: true })],
    ['createMessage without a token', '/v1/messages', 401, post(message, NO_TOKEN)],
    ['createMessage of nothing', '/v1/messages', 400, post({})],
    ['createMessage with a thread', '/v1/messages', 400, post({ ...message, thread: { id: 'thread1' } })],
    ['countMessageTokens', '/v1/messages/count_tokens', 200, post({ ...chat, cache_control: { type: 'ephemeral' } })],
    ['countMessageTokens of nothing', '/v1/messages/count_tokens', 400, post({})],

    ['ollamaChat', '/api/chat', 200, post({ ...chat, stream: false })],
    ['ollamaChat as a stream', '/api/chat', 200, post(chat)],
    ['ollamaChat without a token', '/api/chat', 401, post(chat, NO_TOKEN)],
    ['ollamaChat of no model', '/api/chat', 404, post({ ...chat, model: 'none' })],
    ['ollamaChat of a wrong body', '/api/chat', 400, post({ model: 5 })],
    ['ollamaGenerate', '/api/generate', 200, post({ ...generate, stream: false })],
    ['ollamaTags', '/api/tags', 200],
    ['ollamaTags without a token', '/api/tags', 401, get(NO_TOKEN)],
    ['ollamaShow', '/api/show', 200, post({ model: 'composer-2.5', nonsense: 1 })],
    ['ollamaShow of no model', '/api/show', 404, post({ model: 'none' })],
    ['ollamaRunning', '/api/ps', 200],
    ['ollamaVersion', '/api/version', 200],
    ['ollamaEmbed', '/api/embed', 501, post({})],
    ['ollamaDelete', '/api/delete', 501, { method: 'DELETE', body: '{}' }],

    ['createCompletion', '/v1/completions', 200, post(generate)],
    ['createCompletion of nothing', '/v1/completions', 422, post({ prompt: 5 })],
    ['createEmbedding', '/v1/embeddings', 501, post({})],

    ['listModels', '/v1/models', 200],
    ['listModels without a token', '/v1/models', 401, get(NO_TOKEN)],
    ['listModels for Anthropic', '/v1/models?nonsense=1', 200, get(ANTHROPIC)],
    ['listModels for Anthropic, without a token', '/v1/models', 401, get({ ...ANTHROPIC, ...NO_TOKEN })],
    ['listModels for Anthropic, of no page', '/v1/models?limit=none', 400, get(ANTHROPIC)],
    ['getModel', '/v1/models/composer-2.5', 200],
    ['getModel that is none', '/v1/models/none', 404],
    ['getModel for Anthropic', '/v1/models/claude-4.5-sonnet', 200, get(ANTHROPIC)],
    ['getModel for Anthropic, that is none', '/v1/models/none', 404, get(ANTHROPIC)],
    ['listOpenCodeSdkModels', '/opencodev2/v1/models', 200],

    ['listSessions', '/v1/sessions', 200],
    ['createSession', '/v1/sessions', 200, post({})],
    ['createSession of a wrong body', '/v1/sessions', 422, post({ id: 5 })],
    ['getSession', '/v1/sessions/:session', 200],
    ['getSession that is none', '/v1/sessions/none', 404],
    ['deleteSession', '/v1/sessions/:session', 200, { method: 'DELETE' }],

    ['getIndex', '/', 200, get({ Accept: 'application/json' })],
    ['getIndex for browsers', '/', 200, get({ Accept: 'text/html' })],
    ['getHealth', '/health', 200],
    ['getReadiness', '/ready', 200],
    ['getMetrics', '/metrics', 200],
    ['getMetrics without a token', '/metrics', 401, get(NO_TOKEN)],
    ['getOpenApi', '/openapi.json', 200],
    ['getDocs', '/docs', 200],
  ])('%s', async (asked, target, status, request) => {
    await using app = await start();
    const ids = target.includes('/:') ? await prepare(app) : {};
    const response = await app.fetch(
      target.replaceAll(/:(\w+)/g, (_, name) => ids[name] ?? name),
      request,
    );
    expect([response.status, await findUndocumented(asked, response)]).toEqual([status, []]);
  });

  test.each([
    ['createChatCompletion', '/v1/chat/completions', chat],
    ['createResponse', '/v1/responses', { model: 'auto', input: 'Hello', nonsense: 1 }],
    ['createMessage', '/v1/messages', message],
    ['ollamaChat', '/api/chat', { ...chat, stream: false }],
    ['createCompletion', '/v1/completions', generate],
  ])('of %s that fails, is given again, or has to wait', async (asked, target, body) => {
    const request = post(body, { 'X-Cursor-Session-ID': 'named', 'Idempotency-Key': 'key' });
    await using failing = await start({ steps: [new GatewayError('upstream_error', 'Down.')] });
    const failed = await failing.fetch(target, request);
    expect([failed.status, await findUndocumented(asked, failed)]).toEqual([502, []]);

    await using app = await start();
    await (await app.fetch(target, request)).text();
    const replayed = await app.fetch(target, request);
    expect(replayed.headers.get('idempotent-replayed')).toBe('true');
    expect(await findUndocumented(asked, replayed)).toEqual([]);

    const limit = new GatewayError('token_rate_limited', 'Wait.', { retryAfterSeconds: 5 });
    await using limited = await start(
      {},
      { authentication: { authenticate: () => Promise.reject(limit), noteRefusedKey: () => {} } },
    );
    const refused = await limited.fetch(target, request);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect(await findUndocumented(asked, refused)).toEqual([]);
  });

  test.each([
    ['getHealth', '/health', null],
    ['getReadiness', '/ready', '2'],
  ])('of %s while the bridge starts', async (asked, target, retryAfter) => {
    await using app = await start({ state: { status: 'starting', warmth: 'cold' } });
    const response = await app.fetch(target);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, retryAfter]);
    expect(await findUndocumented(asked, response)).toEqual([]);
  });
});
