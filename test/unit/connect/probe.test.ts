import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONNECT_TOOLS, runProbe } from '../../../src/connect/main.ts';
import { readChatAnswer } from '../../../src/connect/probe/read-chat-answer.ts';
import { readMessageAnswer, readMessageModel } from '../../../src/connect/probe/read-message-answer.ts';
import { checkOllamaList, readOllamaAnswer, readOllamaModel } from '../../../src/connect/probe/read-ollama-answer.ts';
import { readResponseAnswer, readResponseModel } from '../../../src/connect/probe/read-response-answer.ts';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import { runs } from '../../fixtures/runs.ts';
import { findFreePort } from '../../support/free-port.ts';
import { createScriptedBackend, type RunStep } from '../../support/scripted-backend.ts';
import { ACCESS_TOKEN, startApp } from '../../support/start-app.ts';
import { createConnection, findTool } from './connections.ts';

const tools = CONNECT_TOOLS.map((tool) => [tool.id, tool] as const);

/** What speaks Anthropic's Messages, where a name that nobody knows is that of the default model. */
const MESSAGES: ReadonlySet<string> = new Set(['claude-code', 'anthropic-node', 'anthropic-python']);

const model = (id: string) => ({ id, displayName: id, aliases: [], parameters: [], variants: [] });

const startWith = (steps: readonly RunStep[] = runs['text'] ?? []) => {
  const script = createScriptedBackend({ steps, models: [model('composer-2.5'), model('claude-sonnet-4.5')] });
  return startApp(script.backend).then((app) => ({ ...app, requests: script.requests }));
};

const probe = (id: string, url: string, changes: object = {}, signal = new AbortController().signal) =>
  runProbe({
    tool: findTool(CONNECT_TOOLS, id),
    connection: createConnection({ baseUrl: `${url}/v1`, token: ACCESS_TOKEN, ...changes }),
    fetch: globalThis.fetch,
    signal,
  });

test.each(tools)('%s: its request is answered', async (id) => {
  await using app = await startWith();
  expect(await probe(id, app.url)).toEqual({
    answer: 'Hello there!',
    model: expect.stringMatching(/^claude-sonnet-4\.5/),
  });
  expect(app.requests).toMatchObject([{ model: { id: 'claude-sonnet-4.5' } }]);
});

test.each(tools)('%s: what the server says of a wrong token or model is passed on', async (id) => {
  await using app = await startWith();
  await expect(probe(id, app.url, { token: 'portside_wrong' })).rejects.toMatchObject({
    code: 'client_token_invalid',
    message: expect.stringMatching(/does not know the access token/),
  });
  const unknown = probe(id, app.url, { model: 'gpt-0' });
  if (MESSAGES.has(id)) {
    expect(await unknown).toMatchObject({ model: 'composer-2.5' });
    return;
  }
  await expect(unknown).rejects.toMatchObject({
    code: 'model_not_found',
    message: expect.stringContaining('gpt-0'),
  });
});

test.each(['opencode', 'codex', 'openai-node', 'claude-code', 'anthropic-node', 'ollama', 'ollama-node'])(
  '%s: an answer that breaks off is a failure',
  async (id) => {
    const [start, open, delta] = runs['text'] ?? [];
    const steps = [start, open, delta].filter((step) => step !== undefined);
    await using app = await startWith([...steps, new GatewayError('upstream_error', 'Cursor hung up.')]);
    await expect(probe(id, app.url)).rejects.toThrow(/Cursor hung up\./);
  },
);

describe('no answer', () => {
  test('nobody listens', async () => {
    const url = `http://127.0.0.1:${await findFreePort()}`;
    await expect(probe('curl', url)).rejects.toThrow(`Nothing answers at ${url}. Start Portside, and try again.`);
  });

  test('a certificate that is not trusted', async () => {
    const read = (name: string) => readFileSync(path.join(import.meta.dirname, '../../fixtures/tls', name), 'utf8');
    const { backend } = createScriptedBackend({});
    await using app = await startApp(backend, { tls: { certificate: read('certificate.pem'), key: read('key.pem') } });
    await expect(probe('curl', app.url)).rejects.toThrow(/The certificate of .* is not trusted \(\w*CERT\w*\)/);
    await expect(probe('curl', app.url.replace('https', 'http'))).rejects.toThrow(
      /gave no answer|not as Portside does/,
    );
  });

  test('TLS where there is none', async () => {
    await using app = await startWith();
    await expect(probe('curl', app.url.replace('http', 'https'))).rejects.toThrow(/does not speak TLS/);
  });

  test.each([
    ['another program', 404, 'text/html', '<h1>Not found</h1>', /status 404, and not as Portside does/],
    [
      'another API',
      404,
      'application/json',
      '{"error":{"message":"No route.","type":"x"}}',
      /has nothing at \/v1\/chat/,
    ],
    [
      'another API still',
      404,
      'application/json',
      '{"error":"Not found: 7"}',
      /older Portside\. It says: Not found: 7$/,
    ],
    ['no such model', 404, 'application/json', '{"error":{"message":"model: gpt-0"}}', /^model: gpt-0$/],
    ['a page in place of an answer', 200, 'text/html', '<h1>Hello</h1>', /not what a tool would understand/],
    ['a server that sends elsewhere', 302, 'text/plain', '', /gave no answer that makes sense/],
  ])('%s', async (_name, status, type, body, message) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'Content-Type': type, Location: 'http://127.0.0.1:9/' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      await expect(probe('curl', `http://127.0.0.1:${port}`)).rejects.toThrow(message);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test('it is given up when the signal says so', async () => {
    await using app = await startWith([Promise.withResolvers<void>().promise]);
    const abortion = new AbortController();
    const pending = probe('curl', app.url, {}, abortion.signal);
    abortion.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });
});

test.each(['claude-code', 'ollama'])('%s: a key that Cursor refuses is told from a wrong token', async (id) => {
  await using app = await startWith([new GatewayError('cursor_sign_in_required', 'Cursor refuses the key.')]);
  await expect(probe(id, app.url)).rejects.toMatchObject({
    code: expect.not.stringMatching(/client_token_invalid/),
    message: expect.stringContaining('Cursor refuses the key.'),
  });
});

test.each([
  ['text', '{"choices":[{"message":{"content":"Hi"}}]}', false, 'Hi'],
  [
    'a call of a tool',
    '{"choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"read_file"}}]}}]}',
    false,
    '(read_file)',
  ],
  [
    'streamed text',
    'data: {"choices":[{"delta":{"content":"H"}}]}\n\ndata: {"choices":[{"delta":{"content":"i"}}]}\n\ndata: {"choices":[],"usage":{}}\n\ndata: [DONE]\n\n',
    true,
    'Hi',
  ],
  ['nothing', '{"choices":[]}', false, /no text/],
  ['a stream without an end', 'data: {"choices":[{"delta":{"content":"H"}}]}\n\n', true, /before its end/],
  ['an error in a stream', 'data: {"error":{"message":"Over."}}\n\n', true, /broke off: Over\./],
  ['something else', '[]', false, /not what a tool would understand/],
])('%s is read', (_name, body, isStreamed, expected) => {
  if (typeof expected === 'string') expect(readChatAnswer(body, isStreamed)).toBe(expected);
  else expect(() => readChatAnswer(body, isStreamed)).toThrow(expected);
});

describe('a stream of the Responses API', () => {
  const stream = (...events: readonly { readonly type: string; readonly [name: string]: unknown }[]) =>
    events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  const CREATED = { type: 'response.created', response: { model: 'composer-2.5', error: null } };
  const COMPLETED = { type: 'response.completed', response: { model: 'composer-2.5', error: null } };
  const done = (item: object) => ({ type: 'response.output_item.done', item });
  const message = (text: string) => done({ type: 'message', content: [{ type: 'output_text', text }] });

  test.each([
    ['text', stream(CREATED, message('Hi'), message('!'), COMPLETED), 'Hi!'],
    ['text after reasoning', stream(CREATED, done({ type: 'reasoning', summary: [] }), message('Hi'), COMPLETED), 'Hi'],
    [
      'calls of tools',
      stream(
        CREATED,
        done({ type: 'function_call', name: 'a' }),
        done({ type: 'custom_tool_call', name: 'b' }),
        COMPLETED,
      ),
      '(a, b)',
    ],
    ['an answer that is cut', stream(CREATED, message('H'), { type: 'response.incomplete', response: {} }), 'H'],
    ['nothing', stream(CREATED, COMPLETED), /no text/],
    ['a stream without an end', stream(CREATED, message('Hi')), /before its end/],
    ['an error', stream({ type: 'error', message: 'Over.' }), /broke off: Over\./],
    [
      'a failure',
      stream(CREATED, { type: 'response.failed', response: { error: { message: 'Over.' } } }),
      /broke off: Over\./,
    ],
    ['no stream', '{"object":"response"}', /not what a tool would understand/],
    ['a stream of something else', 'data: {"choices":[]}\n\ndata: [DONE]\n\n', /not what a tool would understand/],
  ])('%s is read', (_name, body, expected) => {
    if (typeof expected === 'string') expect(readResponseAnswer(body)).toBe(expected);
    else expect(() => readResponseAnswer(body)).toThrow(expected);
  });

  test('says which model answered', () => {
    expect(readResponseModel(stream(CREATED, COMPLETED))).toBe('composer-2.5');
  });
});

describe("an answer of Anthropic's Messages", () => {
  const stream = (...events: readonly { readonly type: string; readonly [name: string]: unknown }[]) =>
    events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  const START = { type: 'message_start', message: { type: 'message', model: 'composer-2.5', content: [] } };
  const STOP = { type: 'message_stop' };
  const text = (piece: string) => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: piece },
  });
  const open = (block: object) => ({ type: 'content_block_start', index: 0, content_block: block });
  const thought = { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } };

  test.each([
    ['text', stream(START, open({ type: 'text', text: '' }), text('H'), text('i'), STOP), 'Hi'],
    ['text after thinking', stream(START, { type: 'ping' }, thought, text('Hi'), STOP), 'Hi'],
    ['a call of a tool', stream(START, open({ type: 'tool_use', id: 'a', name: 'Bash', input: {} }), STOP), '(Bash)'],
    ['nothing', stream(START, STOP), /no text/],
    ['a stream without an end', stream(START, text('H')), /before its end/],
    ['an error', stream(START, { type: 'error', error: { type: 'api_error', message: 'Over.' } }), /broke off: Over\./],
    ['no stream', '{"type":"message"}', /not what a tool would understand/],
    ['a stream of something else', 'data: {"choices":[]}\n\n', /not what a tool would understand/],
  ])('streamed, %s is read', (_name, body, expected) => {
    if (typeof expected === 'string') expect(readMessageAnswer(body, true)).toBe(expected);
    else expect(() => readMessageAnswer(body, true)).toThrow(expected);
  });

  test.each([
    ['text', [{ type: 'thinking' }, { type: 'text', text: 'Hi' }], 'Hi'],
    ['a call of a tool', [{ type: 'tool_use', name: 'Bash' }], '(Bash)'],
    ['nothing', [], /no text/],
    ['something else', undefined, /not what a tool would understand/],
  ])('as a whole, %s is read', (_name, content, expected) => {
    const body = JSON.stringify({ type: 'message', content });
    if (typeof expected === 'string') expect(readMessageAnswer(body, false)).toBe(expected);
    else expect(() => readMessageAnswer(body, false)).toThrow(expected);
  });

  test('says which model answered', () => {
    expect(readMessageModel(stream(START, STOP), true)).toBe('composer-2.5');
    expect(readMessageModel('{"type":"message","content":[]}', false)).toBeNull();
  });
});

describe("an answer of Ollama's chat", () => {
  const lines = (...pieces: readonly object[]) => pieces.map((piece) => `${JSON.stringify(piece)}\n`).join('');
  const piece = (content: string, more: object = {}) => ({
    model: 'composer-2.5',
    message: { role: 'assistant', content },
    done: false,
    ...more,
  });
  const call = { role: 'assistant', content: '', tool_calls: [{ function: { name: 'read_file', arguments: {} } }] };

  test.each([
    ['text', lines(piece('H'), piece('i'), piece('', { done: true })), 'Hi'],
    ['text in one', JSON.stringify(piece('Hi', { done: true })), 'Hi'],
    ['a call of a tool', lines(piece('', { message: call }), piece('', { done: true })), '(read_file)'],
    ['nothing', lines(piece('', { done: true })), /no text/],
    ['an answer without an end', lines(piece('H')), /before its end/],
    ['an error', lines(piece('H'), { error: 'Over.' }), /broke off: Over\./],
    ['something else', '<h1>Hello</h1>', /not what a tool would understand/],
  ])('%s is read', (_name, body, expected) => {
    if (typeof expected === 'string') expect(readOllamaAnswer(body)).toBe(expected);
    else expect(() => readOllamaAnswer(body)).toThrow(expected);
  });

  test('says which model answered', () => {
    expect(readOllamaModel(lines(piece('Hi')))).toBe('composer-2.5');
  });

  test.each([
    ['by its name', '{"models":[{"name":"composer-2.5"}]}', null],
    ['with a tag', '{"models":[{"name":"composer-2.5:latest"}]}', null],
    ['not', '{"models":[{"name":"composer-2"}]}', /does not list the model "composer-2\.5"/],
    ['in no list', '[]', /not what a tool would understand/],
  ])('the model is listed %s', (_name, body, message) => {
    const check = () => checkOllamaList(body, 'composer-2.5');
    if (message === null) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });
});
