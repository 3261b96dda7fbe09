import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { startCli } from '../support/portside-cli.ts';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import { type SimulatorProcess, startSimulatorProcess } from '../support/simulator-process.ts';
import { findDescendants } from '../support/process-tree.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import type { PlainRequest } from '../support/with-token.ts';

let backend: SimulatorProcess;
beforeAll(async () => {
  backend = await startSimulatorProcess();
});
beforeEach(() => backend.setScenario([{ text: 'ok' }]));
afterAll(() => backend[Symbol.asyncDispose]());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const ask = async (portside: PortsideProcess, init?: PlainRequest): Promise<void> => {
  const response = await portside.chat({ messages: [{ role: 'user', content: 'Hi' }] }, init);
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('chat.completion')]);
};

// A file of a running server may go between a listing and a reading.
const readIfPresent = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const filesWith = (folder: string, text: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readIfPresent(file)?.includes(text));

test('a .env file decides neither where keys go nor what runs nor who is let in', async () => {
  using folder = createTemporaryFolder();
  const hostile = {
    PORTSIDE_BACKEND_URL: 'http://127.0.0.1:9',
    PORTSIDE_NODE_PATH: folder.join('evil.sh'),
    PORTSIDE_HOME: folder.join('theirs'),
    PORTSIDE_REQUIRE_TOKEN: 'false',
    PORTSIDE_ALLOWED_HOSTS: 'evil.example',
    PORTSIDE_METRICS_WITHOUT_TOKEN: 'true',
    PORTSIDE_OLLAMA_PORT: String(await findFreePort()),
  };
  writeFileSync(
    folder.join('.env'),
    Object.entries(hostile)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const env = { PORTSIDE_BACKEND_URL: backend.url, CURSOR_API_KEY: 'crsr_of_env' };
  await using portside = await startPortside({ args: [], cwd: folder.path, env });
  await ask(portside);
  expect((await backend.onlyRun()).apiKeyHash).toBe(sha256('crsr_of_env'));
  expect((await fetch(`${portside.url}/v1/models`)).status).toBe(401);
  expect((await fetch(`${portside.url}/metrics`)).status).toBe(401);
  await expect(fetch(`http://127.0.0.1:${hostile.PORTSIDE_OLLAMA_PORT}/`)).rejects.toThrow('fetch failed');
  expect(portside.baseUrl).toContain('//127.0.0.1:');
  expect(existsSync(folder.join('theirs'))).toBe(false);
  expect(portside.stderr()).toMatch(
    /PORTSIDE_METRICS_WITHOUT_TOKEN, PORTSIDE_NODE_PATH, PORTSIDE_OLLAMA_PORT, PORTSIDE_REQUIRE_TOKEN in \.env has no effect/,
  );
  expect(portside.stderr()).not.toContain('PORTSIDE_BACKEND_URL');
});

describe('the key comes from', () => {
  const dotEnv = 'CURSOR_API_KEY="crsr_of_file"\nPORTSIDE_MODEL=claude-opus-4.5 # comment\n';
  test.each<{ name: string; file?: string; env?: NodeJS.ProcessEnv; key: string; model?: string }>([
    { name: 'the environment', env: { CURSOR_API_KEY: 'crsr_of_env' }, key: 'crsr_of_env' },
    { name: 'a .env file in the working directory', file: dotEnv, key: 'crsr_of_file', model: 'claude-opus-4.5' },
    {
      name: 'the environment rather than the file',
      file: dotEnv,
      env: { CURSOR_API_KEY: 'crsr_of_env', PORTSIDE_MODEL: 'gpt-5.1' },
      key: 'crsr_of_env',
      model: 'gpt-5.1',
    },
    { name: 'the variable of cursorpipe', env: { CURSORPIPE_API_KEY: 'crsr_of_pipe' }, key: 'crsr_of_pipe' },
    {
      name: 'the variable of Cursor rather than that of cursorpipe',
      env: { CURSORPIPE_API_KEY: 'crsr_of_pipe', CURSOR_API_KEY: 'crsr_of_env' },
      key: 'crsr_of_env',
    },
  ])('$name', async ({ file, env, key, model = 'composer-2.5' }) => {
    using folder = createTemporaryFolder();
    if (file !== undefined) writeFileSync(folder.join('.env'), file);
    await using portside = await startPortside({
      args: [],
      cwd: folder.path,
      env: { PORTSIDE_BACKEND_URL: backend.url, ...env },
    });
    await ask(portside);
    expect(JSON.parse(portside.stdout())).toMatchObject({ simulatorUrl: null });
    expect(await backend.onlyRun()).toMatchObject({ apiKeyHash: sha256(key), model: { id: model } });
    expect(portside.stderr()).not.toContain(key);
    expect(filesWith(portside.home, key)).toEqual([]);
  });
});

test('times may be any fractions', async () => {
  const env = {
    PORTSIDE_CONVERSATION_IDLE_MIN: '2.05',
    PORTSIDE_SESSION_IDLE_MIN: '2.05',
    PORTSIDE_TOOL_RESULT_TIMEOUT_S: '2.01',
    PORTSIDE_REQUEST_TIMEOUT_S: '30.0001',
  };
  await using portside = await startPortside({ env });
  await ask(portside);
});

test('with --simulate no real credential and no real service is used', async () => {
  await using portside = await startPortside({
    env: { CURSOR_API_KEY: 'crsr_real', CURSORPIPE_API_KEY: 'crsr_real_too', PORTSIDE_BACKEND_URL: backend.url },
  });
  await ask(portside);
  const { apiKeyHash } = await portside.simulator.onlyRun();
  expect(apiKeyHash).not.toBe(sha256('crsr_real'));
  expect(apiKeyHash).not.toBe(sha256('crsr_real_too'));
  expect(await backend.calls()).toEqual({});
  const children = findDescendants(portside.pid);
  expect(children.length).toBeGreaterThanOrEqual(2);
  for (const { pid } of children) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('crsr_real');
  expect(filesWith(portside.home, 'crsr_real')).toEqual([]);
});

describe('cursorpipe’s variables', () => {
  test('take effect, and those without an equivalent are named in one warning', async () => {
    await using portside = await startPortside({
      firstArgs: ['serve', '--json'],
      args: [],
      env: {
        PORTSIDE_BACKEND_URL: backend.url,
        CURSORPIPE_API_KEY: 'crsr_of_pipe',
        CURSORPIPE_BEARER_TOKEN: 'token-of-pipe',
        CURSORPIPE_HOST: 'localhost',
        CURSORPIPE_PORT: '0',
        CURSORPIPE_MODEL: 'claude-haiku-4.5',
        CURSORPIPE_REQUEST_TIMEOUT_S: '1',
        CURSORPIPE_WORKERS: '4',
        CURSORPIPE_LOG_LEVEL: 'debug',
      },
    });
    expect(portside.token).toBe('token-of-pipe');
    expect(portside.baseUrl).toMatch(/^http:\/\/localhost:\d+\/v1$/);
    const warnings = portside
      .stderr()
      .split('\n')
      .filter((line) => line.includes('CURSORPIPE_'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('CURSORPIPE_WORKERS');
    expect(warnings[0]).toContain('CURSORPIPE_LOG_LEVEL');
    expect(warnings[0]).not.toMatch(/CURSORPIPE_(?:API_KEY|BEARER_TOKEN|HOST|PORT|MODEL|REQUEST_TIMEOUT_S)/);

    await ask(portside);
    expect(await backend.onlyRun()).toMatchObject({ model: { id: 'claude-haiku-4.5' } });
    await backend.setScenario([{ stall: true }]);
    const response = await portside.chat({ messages: [{ role: 'user', content: 'Hi' }] });
    expect([response.status, await response.json()]).toMatchObject([504, { error: { code: 'timeout' } }]);
  });

  test('give way to Portside’s own, and these to flags', async () => {
    await using portside = await startPortside({
      args: ['--simulate', '--model', 'gpt-5.1'],
      env: {
        CURSORPIPE_BEARER_TOKEN: 'token-of-pipe',
        PORTSIDE_TOKEN: 'token-of-portside',
        CURSORPIPE_HOST: '203.0.113.9',
        PORTSIDE_HOST: '127.0.0.1',
        PORTSIDE_PORT: '1',
        PORTSIDE_MODEL: 'claude-opus-4.5',
      },
    });
    expect(portside.token).toBe('token-of-portside');
    await ask(portside);
    expect(await portside.simulator.onlyRun()).toMatchObject({ model: { id: 'gpt-5.1' } });
    expect(portside.stderr()).not.toContain('CURSORPIPE_');
  });

  test('count for nothing where they are empty', async () => {
    await using portside = await startPortside({
      env: { CURSORPIPE_BEARER_TOKEN: '', PORTSIDE_TOKEN: '', CURSORPIPE_PORT: '', PORTSIDE_MODEL: '' },
    });
    expect(portside.token).toMatch(/^\S{20,}$/);
    await ask(portside);
  });
});

describe('the access token', () => {
  test('is made once and kept for its owner alone', async () => {
    using folder = createTemporaryFolder();
    const home = folder.join('home');
    const tokens: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      await using portside = await startPortside({ home });
      tokens.push(portside.token);
      expect(filesWith(home, portside.token)).toHaveLength(1);
      expect(await portside.stop()).toBe(0);
    }
    expect(tokens[1]).toBe(tokens[0]);
    const [file = ''] = filesWith(home, tokens[0] ?? '');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('of PORTSIDE_TOKEN is for one process and never stored', async () => {
    using folder = createTemporaryFolder();
    const home = folder.join('home');
    {
      await using portside = await startPortside({ home, env: { PORTSIDE_TOKEN: 'chosen-token' } });
      expect(portside.token).toBe('chosen-token');
      await ask(portside);
      await ask(portside, { headers: { Authorization: 'Bearer chosen-token' } });
      expect(filesWith(home, 'chosen-token')).toEqual([]);
      expect(portside.stderr()).not.toContain('chosen-token');
      expect(await portside.stop()).toBe(0);
      expect(filesWith(home, 'chosen-token')).toEqual([]);
    }
    await using next = await startPortside({ home });
    expect(next.token).not.toBe('chosen-token');
    const response = await next.fetch('/v1/models', { headers: { Authorization: 'Bearer chosen-token' } });
    expect(response.status).toBe(401);
  });

  test('goes with an existing PORTSIDE_HOME that others may look into', async () => {
    using folder = createTemporaryFolder();
    await using cli = startCli(['serve', '--simulate', '--port', '0', '--json'], { home: folder.path });
    const { token } = JSON.parse(await cli.waitForLine()) as { token: string };
    for (const file of filesWith(folder.path, token)) expect(statSync(file).mode & 0o077).toBe(0);
  });
});
