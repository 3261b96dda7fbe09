import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/portside-cli.ts';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import { openSocketClient } from '../support/socket-client.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const PROMPT = 'The treasure is under the old oak.';
const ANSWER = 'Nobody may know of the oak.';

const toBody = (more: object = {}) => ({ messages: [{ role: 'user', content: PROMPT }], ...more });

interface Line {
  readonly [name: string]: unknown;
}

const readLines = (file: string): readonly Line[] => {
  const text = readFileSync(file, 'utf8');
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
};

const untilLines = async (file: string, count: number): Promise<readonly Line[]> => {
  await expect.poll(() => readLines(file), { timeout: 5000, interval: 10 }).toHaveLength(count);
  return readLines(file);
};

const start = (folder: string, env: NodeJS.ProcessEnv = {}): Promise<PortsideProcess> =>
  startPortside({ args: ['--simulate', '--access-log', path.join('logs', 'access.log')], cwd: folder, env });

test('each request is a line, and nothing that was said or is secret is in one', async () => {
  using folder = createTemporaryFolder();
  const file = folder.join('logs', 'access.log');
  await using portside = await start(folder.path);
  await portside.simulator.setScenario([{ text: ANSWER }, { usage: { input: 12, output: 7, cacheRead: 5 } }]);
  const key = `crsr_${'k'.repeat(30)}`;
  const calls: readonly (() => Promise<Response>)[] = [
    () => portside.chat(toBody(), { headers: { 'X-Request-ID': 'first' } }),
    () => portside.chat(toBody({ stream: true }), { headers: { 'X-Request-ID': `${key} ${'x'.repeat(1000)}` } }),
    () => portside.chat(toBody(), { headers: { Authorization: `Bearer ${key}` } }),
    () => portside.chat(toBody({ model: 'no-such-model' })),
    () => portside.fetch(`/v1/models/${portside.token}?secret=${PROMPT}`),
    () => portside.fetch('/v1/nowhere'),
    () => portside.fetch('/health'),
  ];
  for (const call of calls) await (await call()).text();
  const lines = await untilLines(file, calls.length - 1);
  expect(lines[0]).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    requestId: 'first',
    traceId: null,
    spanId: null,
    method: 'POST',
    path: '/v1/chat/completions',
    route: '/v1/chat/completions',
    protocol: 'openai-chat',
    status: 200,
    outcome: 'succeeded',
    errorCode: null,
    durationMs: expect.any(Number),
    timeToFirstDeltaMs: expect.any(Number),
    queuedMs: expect.any(Number),
    tokenName: expect.any(String),
    model: 'composer-2.5',
    isStream: false,
    conversation: 'new',
    inputTokens: 17,
    cachedInputTokens: 5,
    outputTokens: 7,
    reasoningTokens: 0,
    costUsd: expect.any(Number),
  });
  expect(lines.slice(1)).toMatchObject([
    { requestId: expect.stringMatching(/^\[redacted\] x{100,189}…$/), isStream: true, outcome: 'succeeded' },
    { status: 401, outcome: 'failed', tokenName: null, model: null, inputTokens: null },
    { status: 404, outcome: 'failed', errorCode: 'model_not_found' },
    { path: '/v1/models/[redacted]', status: 404, route: '/v1/models/:id' },
    { path: '/v1/nowhere', route: null, status: 404, errorCode: 'not_found' },
  ]);
  const text = readFileSync(file, 'utf8');
  for (const secret of [portside.token, key, PROMPT, ANSWER, 'oak']) expect(text).not.toContain(secret);
  expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
});

test('the frames of a WebSocket and responses in the background have lines of their own', async () => {
  using folder = createTemporaryFolder();
  const file = folder.join('logs', 'access.log');
  await using portside = await start(folder.path);
  await portside.simulator.setScenario([{ text: ANSWER }]);
  {
    using socket = await openSocketClient(`${portside.url}/v1/responses`, {
      Authorization: `Bearer ${portside.token}`,
    });
    for (const count of [1, 2]) {
      socket.create(PROMPT, { model: 'composer-2.5' });
      await socket.untilCount(count, ({ type }) => type === 'response.completed');
    }
  }
  const frames = await untilLines(file, 2);
  expect(frames).toMatchObject([
    { method: 'WS' },
    { method: 'WS', outcome: 'succeeded', outputTokens: expect.any(Number) },
  ]);
  const body = JSON.stringify({ input: PROMPT, background: true });
  await (await portside.fetch('/v1/responses', { method: 'POST', body })).text();
  const [, , background] = await untilLines(file, 3);
  expect(background).toMatchObject({
    method: 'POST',
    route: '/v1/responses',
    status: 200,
    outputTokens: expect.any(Number),
  });
});

test('what was under way at the end is written too', async () => {
  using folder = createTemporaryFolder();
  const file = folder.join('logs', 'access.log');
  await using portside = await start(folder.path);
  await portside.simulator.setScenario([{ text: 'Half' }, { sleepMs: 300_000 }]);
  const stream = await portside.chat(toBody({ stream: true }));
  const silent = portside.chat(toBody());
  await expect.poll(async () => (await portside.simulator.runs()).length, { timeout: 5000 }).toBe(2);
  expect(readLines(file)).toEqual([]);
  expect(await portside.stop('SIGTERM')).toBe(0);
  await stream.text().catch(() => '');
  expect((await silent).status).toBe(503);
  expect(readLines(file).map(({ isStream, status, errorCode }) => ({ isStream, status, errorCode }))).toEqual(
    expect.arrayContaining([
      { isStream: true, status: 200, errorCode: 'bridge_unavailable' },
      { isStream: false, status: 503, errorCode: 'bridge_unavailable' },
    ]),
  );
});

test('a client that hangs up has no status, or the one that it saw', async () => {
  using folder = createTemporaryFolder();
  const file = folder.join('logs', 'access.log');
  await using portside = await start(folder.path);
  await portside.simulator.setScenario([{ sleepMs: 300_000 }]);
  const abortion = new AbortController();
  const answer = portside.chat(toBody(), { signal: abortion.signal }).catch(() => null);
  await expect.poll(async () => (await portside.simulator.runs()).length, { timeout: 5000 }).toBe(1);
  abortion.abort();
  await answer;
  expect(await untilLines(file, 1)).toMatchObject([{ status: null, outcome: 'cancelled', timeToFirstDeltaMs: null }]);
});

test('a full file is renamed, and the next start goes on with what is there', async () => {
  using folder = createTemporaryFolder();
  const file = folder.join('logs', 'access.log');
  mkdirSync(path.dirname(file));
  const filler = `${JSON.stringify({ filler: 'f'.repeat(1024 * 1024 - 100) })}\n`;
  writeFileSync(file, filler);
  const env = { PORTSIDE_ACCESS_LOG_MB: '1', PORTSIDE_ACCESS_LOG_FILES: '1' };
  await using portside = await start(folder.path, env);
  for (const name of ['nowhere', 'elsewhere']) await (await portside.fetch(`/v1/${name}`)).text();
  expect(await untilLines(file, 1)).toMatchObject([{ path: '/v1/elsewhere' }]);
  expect(readLines(`${file}.1`)).toMatchObject([{ filler: expect.any(String) }, { path: '/v1/nowhere' }]);
  expect(await portside.stop()).toBe(0);

  await using next = await start(folder.path, env);
  await (await next.fetch('/v1/there')).text();
  expect(await untilLines(file, 2)).toMatchObject([{ path: '/v1/elsewhere' }, { path: '/v1/there' }]);
});

describe('a file that cannot be written ends the command with a sentence', () => {
  test.each([
    { name: 'a folder', args: ['--access-log', '.'], says: 'it is not a file' },
    { name: 'in a file', args: ['--access-log', 'taken/access.log'], says: 'EEXIST' },
    { name: 'no file at all', args: ['--access-log', ''], says: '--access-log needs' },
  ])('$name', async ({ args, says }) => {
    using folder = createTemporaryFolder();
    writeFileSync(folder.join('taken'), '');
    const { code, stdout, stderr } = await runCli(['serve', '--simulate', '--port', '0', ...args], {
      cwd: folder.path,
    });
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(says)]);
    expect(stderr).toMatch(/^portside: .*--access-log.*\n$/);
  });

  test('a relative path in a variable', async () => {
    const { code, stderr } = await runCli(['serve', '--simulate', '--port', '0'], {
      env: { PORTSIDE_ACCESS_LOG: 'access.log' },
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('PORTSIDE_ACCESS_LOG')]);
  });
});

test('a .env file does not choose which file is written', async () => {
  using folder = createTemporaryFolder();
  const file = folder.join('access.log');
  writeFileSync(folder.join('.env'), `PORTSIDE_ACCESS_LOG=${file}\n`);
  await using portside = await startPortside({ cwd: folder.path });
  await (await portside.fetch('/v1/nowhere')).text();
  expect(portside.stderr()).toContain('PORTSIDE_ACCESS_LOG in .env has no effect');
  expect(existsSync(file)).toBe(false);
});

test('serve --help tells of it', async () => {
  const { stdout } = await runCli(['serve', '--help']);
  expect(stdout).toContain('--access-log <file>');
});
