import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completeChat } from '../support/complete-chat.ts';
import { useContract } from '../support/contract-client.ts';
import { parseSse } from '../support/parse-sse.ts';
import { runCli } from '../support/portside-cli.ts';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import { GO, LOOK, MODES } from '../support/use-chat.ts';
import { type PlainRequest, withToken } from '../support/with-token.ts';

const contract = useContract();

beforeEach(async () => {
  await portside.simulator.setScenario({});
});

let portside: PortsideProcess;
beforeAll(async () => {
  portside = await startPortside();
});
afterAll(async () => {
  await portside[Symbol.asyncDispose]();
});

interface Created {
  readonly id: string;
  readonly name: string;
  readonly token: string;
}

/** Runs `portside token …` on the home of the server, while that runs. */
const runToken = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await runCli(['token', ...args], { home: portside.home });
  expect(code, stderr).toBe(0);
  return stdout;
};
const create = async (name: string, ...limits: readonly string[]): Promise<Created> =>
  JSON.parse(await runToken('create', name, '--json', ...limits)) as Created;

const sendWith =
  (token: string) =>
  async (path: string, init?: PlainRequest): Promise<Response> => {
    // Each test has to have had an answer of the server whose answers are checked.
    await contract().openai.models.list();
    return fetch(`${portside.url}${path}`, withToken(token, init));
  };
const chat = (token: string, body: object = {}, init: PlainRequest = {}, isStream = false) =>
  completeChat(sendWith(token), { ...GO, ...body }, { isStream, ...init });

describe('what needs a token', () => {
  test.each([
    ['GET', '/health', 200],
    ['GET', '/v1/models', 401],
    ['POST', '/v1/chat/completions', 401],
    ['OPTIONS', '/v1/chat/completions', 401],
    ['GET', '/v1/sessions', 401],
    ['DELETE', '/v1/sessions/x', 401],
    ['GET', '/opencode/v1/models', 401],
    ['GET', '/nothing', 401],
    ['GET', '/', 200],
  ])('%s %s without one: %i', async (method, path, status) => {
    await contract().openai.models.list();
    expect((await fetch(`${portside.url}${path}`, { method })).status).toBe(status);
  });

  test.each<[string, Record<string, string>, number]>([
    ['Authorization', { Authorization: 'Bearer TOKEN' }, 200],
    ['x-api-key', { 'x-api-key': 'TOKEN' }, 200],
    ['both, where the first is wrong', { Authorization: 'Bearer wrong', 'x-api-key': 'TOKEN' }, 200],
    ['both, where the second is wrong', { Authorization: 'Bearer TOKEN', 'x-api-key': 'wrong' }, 200],
    ['a wrong x-api-key', { 'x-api-key': 'wrong' }, 401],
    ['another scheme', { Authorization: 'Basic TOKEN' }, 401],
  ])('by %s', async (_name, headers, status) => {
    await contract().openai.models.list();
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('TOKEN', portside.token)]),
    );
    expect((await fetch(`${portside.url}/v1/models`, { headers: own })).status).toBe(status);
  });
});

describe('a token of the command’s', () => {
  test('works at once, is listed without itself, and counts', async () => {
    const { id, name, token } = await create('Laptop', '--requests-per-minute', '100');
    expect(token).toMatch(/^portside_[\w-]{43}$/);
    expect((await chat(token)).status).toBe(200);
    const count = async () => {
      const listed = await runToken('list', '--json');
      expect(listed).not.toContain(token);
      return (JSON.parse(listed) as { id: string; name: string; requestCount: number }[]).find(
        (each) => each.id === id,
      );
    };
    await expect.poll(count, { timeout: 5000 }).toMatchObject({ name, requestCount: 1 });
  });

  test('parts its sessions and conversations from those of others', async () => {
    const { token } = await create('Other person');
    const headers = { 'X-Cursor-Session-ID': 'mine' };
    expect((await chat(portside.token, {}, { headers })).status).toBe(200);
    expect((await sendWith(token)('/v1/sessions/mine')).status).toBe(404);
    expect((await chat(token, {}, { headers })).status).toBe(404);
  });

  test.each(MODES)(
    'is worth nothing once it is revoked, and its answer under way ends (stream: %s)',
    async (stream) => {
      const { id, token } = await create(`Leaving ${String(stream)}`);
      await portside.simulator.setScenario([{ text: 'Half' }, { stall: true }]);
      const asked = sendWith(token)('/v1/chat/completions', {
        method: 'POST',
        body: JSON.stringify({ ...GO, stream }),
      });
      await expect.poll(async () => (await portside.simulator.runs()).length).toBe(1);
      const revokedAt = Date.now();
      await runToken('revoke', id);
      const response = await asked;
      const body = await response.text();
      const error = {
        type: 'authentication_error',
        code: 'invalid_api_key',
        message: expect.stringContaining('revoked'),
      };
      if (stream) {
        expect(JSON.parse(parseSse(body).at(-1) ?? '')).toMatchObject({ error });
      } else {
        expect([response.status, JSON.parse(body)]).toEqual([401, { error: expect.objectContaining(error) }]);
      }
      // The command itself takes part of that time.
      expect(Date.now() - revokedAt).toBeLessThan(5000);
      await expect.poll(async () => (await portside.simulator.onlyRun()).status).toBe('cancelled');
      expect((await chat(token)).status).toBe(401);
    },
  );

  test('leaves no session behind', async () => {
    const { id, token } = await create('Moved out');
    const headers = { 'X-Cursor-Session-ID': 'left-behind' };
    expect((await chat(token, {}, { headers })).status).toBe(200);
    await runToken('revoke', id);
    await expect.poll(async () => (await chat(portside.token, {}, { headers })).status, { timeout: 5000 }).toBe(200);
  });

  test('leaves no run behind that waits for tool results', async () => {
    const { id, token } = await create('Gone');
    await portside.simulator.setScenario([{ call: { tool: 'look' } }, { text: 'Done' }]);
    const { finishReason } = await chat(token, { tools: [LOOK] });
    expect([finishReason, (await portside.simulator.onlyRun()).status]).toEqual(['tool_calls', 'running']);
    await runToken('revoke', id);
    await expect.poll(async () => (await portside.simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');
  });

  test('may be limited to models', async () => {
    const { token } = await create('Small', '--models', 'gpt-5.1');
    const { data } = (await (await sendWith(token)('/v1/models')).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['gpt-5.1']);
    expect((await chat(token)).body).toMatchObject({ model: 'gpt-5.1' });
    const refused = await chat(token, { model: 'composer-2.5' });
    expect([refused.status, refused.body.error?.param]).toEqual([403, 'model']);
    const session = await sendWith(token)('/v1/sessions', {
      method: 'POST',
      body: JSON.stringify({ model: 'composer-2.5' }),
    });
    expect(session.status).toBe(403);
  });

  test('may be limited in its requests per minute', async () => {
    const { token } = await create('Slow', '--requests-per-minute', '2');
    const answers = [await chat(token), await chat(token), await chat(token)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    const [, , last] = answers;
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(last?.body.error).toMatchObject({ code: 'rate_limit_exceeded' });
    // Another token is not held up.
    expect((await chat(portside.token)).status).toBe(200);
  });
});

test('the default token can be replaced while the server runs', async () => {
  const before = portside.token;
  const token = /portside_[\w-]{43}/.exec(await runToken('rotate'))?.[0] ?? '';
  expect(token).not.toBe(before);
  expect([(await chat(before)).status, (await chat(token)).status]).toEqual([401, 200]);
});
