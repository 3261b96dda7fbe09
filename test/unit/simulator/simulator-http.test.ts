import { createHash } from 'node:crypto';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../src/simulator/main.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: unknown;
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

describe('the HTTP side of the simulator', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator({ logger: createMemoryLogger() });
  });
  afterEach(() => simulator.close());

  const ask = async ({ method, path, headers = {}, body }: Question): Promise<Answer> => {
    const request = http.request({ port: simulator.port, method, path, headers, agent: false });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(Buffer.from(chunk));
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: parse(Buffer.concat(chunks).toString()),
    };
  };

  const PERMISSION = { error: { message: expect.any(String), type: 'permission_error', param: null, code: null } };
  const INVALID = { error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: null } };
  const KEY = { authorization: 'Bearer crsr_x' };
  const CREATE_KEY = '/aiserver.v1.DashboardService/CreateUserApiKey';
  const CONNECT_JSON = { 'content-type': 'application/json', 'connect-protocol-version': '1' };

  it.each<Question & { status: number; answer?: unknown; answerHeaders?: object }>([
    { method: 'GET', path: '/_simulator/runs', status: 200, answer: [] },
    { method: 'GET', path: '/_simulator/calls', status: 200, answer: {} },
    { method: 'POST', path: '/_simulator/reset', status: 200 },
    { method: 'PUT', path: '/_simulator/scenario', body: '{"rules":[]}', status: 200 },
    { method: 'PUT', path: '/_simulator/scenario', body: '{"rules":[', status: 400, answer: INVALID },
    {
      method: 'PUT',
      path: '/_simulator/scenario',
      body: '{"rules":[{"then":[{"x":1}]}]}',
      status: 400,
      answer: INVALID,
    },
    { method: 'GET', path: '/_simulator/scenario', status: 405, answer: INVALID, answerHeaders: { allow: 'PUT' } },
    { method: 'GET', path: '/_simulator/nothing', status: 404, answer: INVALID },
    { method: 'GET', path: '/_simulator/runs', headers: { host: 'evil.example' }, status: 403, answer: PERMISSION },
    {
      method: 'GET',
      path: '/v1/models',
      headers: { ...KEY, host: 'evil.example:80' },
      status: 403,
      answer: PERMISSION,
    },
    {
      method: 'GET',
      path: '/_simulator/runs',
      headers: { origin: 'http://evil.example' },
      status: 403,
      answer: PERMISSION,
    },
    { method: 'GET', path: '/_simulator/runs', headers: { origin: 'null' }, status: 403, answer: PERMISSION },
    {
      method: 'GET',
      path: '/_simulator/runs',
      headers: { host: 'localhost:1', origin: 'http://localhost:1' },
      status: 200,
    },
    { method: 'GET', path: '/v1/models', status: 401 },
    { method: 'GET', path: '/v1/models', headers: { authorization: 'Bearer crsr_expired_1' }, status: 401 },
    { method: 'GET', path: '/v1/models', headers: { authorization: 'Bearer crsr_busy_1' }, status: 200 },
    {
      method: 'GET',
      path: '/v1/me',
      headers: { authorization: 'Bearer crsr_ada_1' },
      status: 200,
      answer: { userEmail: 'ada@simulator.invalid', apiKeyName: 'Simulator key' },
    },
    { method: 'GET', path: '/_simulator/keys', status: 200, answer: [] },
    { method: 'POST', path: '/_simulator/expire-keys', status: 200 },
    { method: 'POST', path: '/_simulator/deny-next-key', status: 200 },
    {
      method: 'POST',
      path: CREATE_KEY,
      headers: { ...CONNECT_JSON, authorization: 'Bearer simulator_session_refused_1' },
      body: '{"name":"x"}',
      status: 403,
      answer: { code: 'permission_denied' },
    },
    { method: 'GET', path: '/v1/me', headers: { authorization: 'Bearer crsr_limited_x' }, status: 429 },
    {
      method: 'POST',
      path: '/auth/exchange_user_api_key',
      headers: { authorization: 'Bearer crsr_invalid' },
      status: 401,
    },
    {
      method: 'POST',
      path: '/auth/exchange_user_api_key',
      headers: KEY,
      status: 200,
      answer: { accessToken: expect.any(String) },
    },
    {
      method: 'GET',
      path: '/v1/agents/agent-1/usage?runId=x',
      headers: KEY,
      status: 200,
      answer: { totalUsage: { totalTokens: 0 }, runs: [] },
    },
    { method: 'POST', path: '/some.v1.Service/Method', status: 501, answer: { code: 'unimplemented' } },
    { method: 'GET', path: '/nothing', status: 404 },
    { method: 'GET', path: '//', status: 404 },
    { method: 'POST', path: '/auth/poll', body: 'x', status: 400 },
    {
      method: 'POST',
      path: '/aiserver.v1.DashboardService/CreateUserApiKey',
      headers: { 'content-type': 'application/proto', 'connect-protocol-version': '1' },
      status: 401,
      answer: { code: 'unauthenticated' },
    },
    {
      method: 'POST',
      path: '/aiserver.v1.AnalyticsService/BootstrapStatsig',
      headers: { 'content-type': 'application/json' },
      body: '{"ignoreDevStatus":true}',
      status: 200,
      answer: {},
    },
  ])('answers $method $path $headers $body with $status', async ({ status, answer, answerHeaders, ...question }) => {
    const seen = await ask(question);
    expect(seen.status).toBe(status);
    if (answer !== undefined) expect(seen.body).toMatchObject(answer as object);
    expect(seen.headers).toMatchObject(answerHeaders ?? {});
  });

  it('refuses a scenario that is too large', async () => {
    const body = JSON.stringify({ rules: [{ then: [{ text: 'x'.repeat(21 * 1024 * 1024) }] }] });
    expect((await ask({ method: 'PUT', path: '/_simulator/scenario', body })).status).toBe(413);
  });

  it('counts calls by path, the control aside', async () => {
    await ask({ method: 'GET', path: '/v1/models?x=1', headers: KEY });
    await ask({ method: 'GET', path: '/v1/models', headers: KEY });
    const { body } = await ask({ method: 'GET', path: '/_simulator/calls' });
    expect(body).toEqual({ '/v1/models': 2 });
  });

  it('lets a sign-in wait for its page, and takes only the verifier that fits', async () => {
    const poll = (verifier: string) =>
      ask({ method: 'POST', path: '/auth/poll', body: JSON.stringify({ uuid: 'u', verifier }) });
    expect(await poll('v')).toMatchObject({ status: 404, body: 'Not found' });
    const challenge = createHash('sha256').update('v').digest('base64url');
    await ask({ method: 'GET', path: `/loginDeepControl?uuid=u&challenge=${challenge}` });
    expect((await poll('w')).status).toBe(404);
    expect(await poll('v')).toMatchObject({ status: 200, body: { accessToken: expect.any(String) } });
  });

  it('makes keys for sessions, and lists them without the keys', async () => {
    const create = (token: string, body: object) =>
      ask({
        method: 'POST',
        path: CREATE_KEY,
        headers: { ...CONNECT_JSON, authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
    const readModels = (apiKey: string) =>
      ask({ method: 'GET', path: '/v1/models', headers: { authorization: `Bearer ${apiKey}` } });
    const made = await create('simulator_session_editor_ada.x', { name: 'One', expiresAt: `${Date.now() + 60_000}` });
    const { apiKey } = made.body as { apiKey: string };
    const over = await create('simulator_session_editor', { name: 'Two', expiresAt: '1' });
    const { apiKey: overKey } = over.body as { apiKey: string };
    const keys = [
      { name: 'One', expiresAt: expect.any(Number), email: 'ada@simulator.invalid', createdBy: 'session' },
      { name: 'Two', expiresAt: 1, email: 'editor@simulator.invalid', createdBy: 'session' },
    ];
    expect((await ask({ method: 'GET', path: '/_simulator/keys' })).body).toEqual(keys);
    expect((await readModels(apiKey)).status).toBe(200);
    expect((await readModels(overKey)).status).toBe(401);
    await ask({ method: 'POST', path: '/_simulator/expire-keys' });
    expect((await readModels(apiKey)).status).toBe(401);

    await ask({ method: 'POST', path: '/_simulator/deny-next-key' });
    expect((await create('simulator_session_editor', { name: 'Three' })).status).toBe(403);
    expect((await create('simulator_session_editor', { name: 'Four' })).status).toBe(200);
    await ask({ method: 'POST', path: '/_simulator/deny-next-key' });
    await ask({ method: 'POST', path: '/_simulator/reset' });
    expect((await create('simulator_session_editor', { name: 'Five' })).status).toBe(200);
  });

  it('guards HTTP/2 as well', async () => {
    const session = http2.connect(simulator.url);
    const stream = session.request({ ':path': '/_simulator/runs', ':authority': 'evil.example' });
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
    expect(headers[':status']).toBe(403);
    session.destroy();
  });

  it.each([
    ['G', 'ET /_simulator/calls HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['P', 'OST /_simulator/reset HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n'],
  ])('understands a request that begins with a packet of %j', async (first, rest) => {
    const socket = net.connect(simulator.port, '127.0.0.1');
    socket.setNoDelay(true);
    await once(socket, 'connect');
    await new Promise<void>((resolve) => {
      socket.write(first, () => {
        setImmediate(resolve);
      });
    });
    socket.write(rest);
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 200/);
    socket.destroy();
  });

  it('rejects with EADDRINUSE on a taken port', async () => {
    await expect(startSimulator({ port: simulator.port, logger: createMemoryLogger() })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('ends every connection when it closes, idle ones included', async () => {
    const socket = net.connect(simulator.port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await simulator.close();
    await closed;
    const late = net.connect(simulator.port, '127.0.0.1');
    await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
