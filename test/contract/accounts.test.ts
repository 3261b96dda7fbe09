import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeChat } from '../support/complete-chat.ts';
import { type Contract, useContract } from '../support/contract-client.ts';
import { CLI_FILE, runCli } from '../support/portside-cli.ts';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import { type SimulatorProcess, startSimulatorProcess } from '../support/simulator-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { GO } from '../support/use-chat.ts';
import { type PlainRequest, withToken } from '../support/with-token.ts';

const shared = useContract();
let simulator: SimulatorProcess;
beforeAll(async () => {
  simulator = await startSimulatorProcess();
});
afterAll(async () => {
  await simulator[Symbol.asyncDispose]();
});

/** A server with these accounts, stored by `portside auth login`; the first is the default. */
const startWith = async (accounts: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = {}) => {
  const folder = createTemporaryFolder();
  const home = folder.join('home');
  const own = { PORTSIDE_BACKEND_URL: simulator.url, ...env };
  for (const [name, key] of Object.entries(accounts)) {
    const { code, stderr } = await runCli([], {
      home,
      env: { ...own, KEY: key, NAME: name },
      command: [
        '/bin/sh',
        '-c',
        `printf %s "$KEY" | "${process.execPath}" "${CLI_FILE}" auth login --api-key --name "$NAME"`,
      ],
    });
    expect([code, stderr]).toEqual([0, expect.anything()]);
  }
  const options = { args: [], env: own, simulatorUrl: simulator.url };
  const portside = await startPortside({ ...options, home });
  return {
    portside,
    options,
    home,
    run: (...args: string[]) => runCli(args, { home, env: own }),
    [Symbol.asyncDispose]: async () => {
      await portside[Symbol.asyncDispose]();
      folder.remove();
    },
  };
};

const send =
  (contract: Contract, { url, token }: Pick<PortsideProcess, 'url' | 'token'>, bearer = token) =>
  async (path: string, init?: PlainRequest): Promise<Response> => {
    await contract.openai.models.list();
    return fetch(`${url}${path}`, withToken(bearer, init));
  };
const ask = (portside: PortsideProcess, account: string | null = null, bearer = portside.token) =>
  completeChat(
    send(shared(), portside, bearer),
    GO,
    account === null ? {} : { headers: { 'X-Portside-Account': account } },
  );
/** The hash of the key that each run was made with, as a letter. */
const lastKeys = async () => (await simulator.runs()).map(({ apiKeyHash }) => apiKeyHash);

describe('several accounts', () => {
  test('a request may choose one, and the default is used otherwise', async () => {
    await using server = await startWith({ home: 'crsr_home_key', work: 'crsr_work_key' });
    await simulator.setScenario({});
    const outcomes = [
      await ask(server.portside),
      await ask(server.portside, 'work'),
      await ask(server.portside, 'home'),
    ];
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [first, second, third] = await lastKeys();
    expect(second).not.toBe(first);
    expect(third).toBe(first);
    expect((await server.run('auth', 'use', 'work')).code).toBe(0);
    await ask(server.portside);
    expect((await lastKeys()).at(-1)).toBe(second);
  });

  test('a conversation of one is not gone on with by another', async () => {
    await using server = await startWith({ home: 'crsr_home_key', work: 'crsr_work_key' });
    const one = await ask(server.portside);
    const more = { messages: [...GO.messages, one.message, { role: 'user', content: 'More' }] };
    const go = (account: string) =>
      completeChat(send(shared(), server.portside), more, { headers: { 'X-Portside-Account': account } });
    expect([(await go('work')).conversation, (await go('home')).conversation]).toEqual(['new', 'continued']);
  });

  test('one that is not there is refused, and nobody is named', async () => {
    await using server = await startWith({ home: 'crsr_home_key' });
    const { status, body } = await ask(server.portside, 'nobody');
    expect([status, body.error?.param]).toEqual([400, 'X-Portside-Account']);
    expect(body.error?.message).not.toContain('home');
  });

  test('a token that is bound to one uses that one and no other', async () => {
    await using server = await startWith({ home: 'crsr_home_key', work: 'crsr_work_key' });
    const created = await server.run('token', 'create', 'bound', '--account', 'work', '--json');
    const { token } = JSON.parse(created.stdout) as { token: string };
    await simulator.setScenario({});
    const statuses = [
      (await ask(server.portside, 'work')).status,
      (await ask(server.portside, null, token)).status,
      (await ask(server.portside, 'work', token)).status,
      (await ask(server.portside, 'home', token)).status,
    ];
    expect(statuses).toEqual([200, 200, 200, 403]);
    const [work, ...others] = await lastKeys();
    expect(others).toEqual([work, work]);
  });

  test.each([
    ['false', 429],
    ['true', 200],
  ])('when one is rate limited, another is tried only where that is allowed (%s)', async (allowed, status) => {
    await using server = await startWith(
      { tired: 'crsr_busy_key', work: 'crsr_work_key' },
      { PORTSIDE_TRY_OTHER_ACCOUNTS: allowed },
    );
    await simulator.setScenario({});
    expect((await ask(server.portside)).status).toBe(status);
    expect((await ask(server.portside)).status).toBe(status);
    // What is known to be limited is not asked first for a while.
    expect((await simulator.runs()).map((run) => run.status)).toEqual(
      status === 200 ? ['failed', 'finished', 'finished'] : ['failed', 'failed'],
    );
    expect((await ask(server.portside, 'tired')).status).toBe(429);
  });
});

describe('a sign-in that has run out', () => {
  test('is told as such, and never as a wrong client token', async () => {
    await using server = await startWith({}, { CURSOR_API_KEY: 'crsr_home_key' });
    expect((await server.run('auth', 'login', '--no-browser', '--name', 'mine')).code).toBe(0);
    expect((await ask(server.portside)).status).toBe(200);
    await fetch(`${simulator.url}/_simulator/expire-keys`, { method: 'POST' });
    // What the SDK was let in with before is taken until it asks again, at the latest by a new process of it.
    await using again = await startPortside({ ...server.options, home: server.home });
    const { status, body } = await ask(again);
    expect([status, body.error]).toEqual([
      401,
      {
        type: 'authentication_error',
        code: 'cursor_sign_in_expired',
        param: null,
        message: expect.stringMatching(/mine.*portside auth login/s),
      },
    ]);
    expect((await ask(again, 'environment')).status).toBe(200);
    const told = await server.run('auth', 'status');
    expect(told.stdout).toContain('mine');
  });

  test('of the environment is told as such', async () => {
    await using server = await startWith({}, { CURSOR_API_KEY: 'crsr_expired_key' });
    const { status, body } = await ask(server.portside);
    expect([status, body.error?.code]).toEqual([401, 'cursor_sign_in_required']);
    expect(body.error?.message).toMatch(/^CURSOR_API_KEY is invalid or expired/);
    expect(body.error?.message).not.toContain('crsr_');
  });
});

describe('keys of callers', () => {
  test('are refused, with the way to allow them, by default', async () => {
    await using server = await startWith({ home: 'crsr_home_key' });
    const { status, body } = await ask(server.portside, null, 'crsr_callers_key');
    expect(status).toBe(401);
    expect(body.error?.message).toContain('PORTSIDE_PASS_THROUGH_KEYS');
    expect(body.error?.message).not.toContain('crsr_callers');
  });

  test('are used for their requests alone where that is allowed', async () => {
    await using server = await startWith({ home: 'crsr_home_key' }, { PORTSIDE_PASS_THROUGH_KEYS: 'true' });
    await simulator.setScenario({});
    const outcomes = [
      await ask(server.portside),
      await ask(server.portside, null, 'crsr_callers_key'),
      await ask(server.portside, null, 'crsr_another_key'),
      await ask(server.portside, null, 'crsr_callers_key'),
    ];
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const keys = await lastKeys();
    expect(new Set(keys).size).toBe(3);
    expect(keys[3]).toBe(keys[1]);
    const listed = await server.run('auth', 'status', '--json');
    expect(listed.stdout).toContain('home');
    expect(listed.stdout).not.toContain('caller');
    // Nobody sees another's conversation, were it word for word the same.
    const talk = async (bearer: string, messages: readonly object[]) =>
      completeChat(send(shared(), server.portside, bearer), { messages });
    const hello = { role: 'user', content: 'Hello' };
    const { message } = await talk('crsr_callers_key', [hello]);
    const more = [hello, message, { role: 'user', content: 'More' }];
    for (const bearer of [server.portside.token, 'crsr_another_key']) {
      expect((await talk(bearer, more)).conversation).toBe('new');
    }
    expect((await talk('crsr_callers_key', more)).conversation).toBe('continued');
    expect((await ask(server.portside, 'home', 'crsr_callers_key')).status).toBe(403);
  });

  test('are enough to serve', async () => {
    await using server = await startWith({}, { PORTSIDE_PASS_THROUGH_KEYS: 'true' });
    expect((await ask(server.portside, null, 'crsr_callers_key')).status).toBe(200);
    const { status, body } = await ask(server.portside);
    expect([status, body.error?.code]).toEqual([401, 'cursor_sign_in_required']);
  });

  test('that are wrong count as failed authentications', async () => {
    await using server = await startWith({ home: 'crsr_home_key' }, { PORTSIDE_PASS_THROUGH_KEYS: 'true' });
    const wrong = async (index: number) => (await ask(server.portside, null, `crsr_invalid_${index}`)).status;
    const first = await wrong(0);
    const rest = await Promise.all(Array.from({ length: 65 }, (_unused, index) => wrong(index + 1)));
    expect(first).toBe(401);
    expect(new Set(rest)).toEqual(new Set([401, 429]));
    expect((await ask(server.portside)).status).toBe(200);
    expect((await ask(server.portside, null, 'crsr_callers_key')).status).toBe(200);
  });
});

test('a sign-in and a sign-out take effect while the server runs', async () => {
  await using server = await startWith({ home: 'crsr_home_key' });
  expect((await ask(server.portside)).status).toBe(200);
  expect((await server.run('auth', 'logout', 'home')).code).toBe(0);
  const { status, body } = await ask(server.portside);
  expect([status, body.error?.code]).toEqual([401, 'cursor_sign_in_required']);
});
