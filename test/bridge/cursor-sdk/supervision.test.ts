import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../src/core/backend.ts';
import type { RunEvent } from '../../../src/core/run-event.ts';
import { checkRunGrammar } from '../../support/check-run-grammar.ts';
import {
  collectRun,
  createTestBackend,
  createTestFolder,
  isRunning,
  startSimulatedCursor,
  toAnswerText,
  toRunFailure,
  toRunRequest,
} from '../../support/simulated-cursor.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/bridge');
const ENDLESS = {
  rules: [{ when: { prompt: 'endless' }, then: [{ text: 'a'.repeat(5_000), chunk: 1, everyMs: 20 }] }],
};

/** Runs until the first text, then does `action`, then goes on to the end. */
const interrupt = async (backend: Backend, action: () => void): Promise<readonly RunEvent[]> => {
  const events: RunEvent[] = [];
  let isDone = false;
  for await (const event of backend.run(toRunRequest('endless'), new AbortController().signal)) {
    events.push(event);
    if (event.type !== 'text-delta' || isDone) continue;
    isDone = true;
    action();
  }
  checkRunGrammar(events);
  return events;
};

describe('a child that goes away', () => {
  it.each([
    ['is killed', 'SIGKILL'],
    ['hangs', 'SIGSTOP'],
  ] as const)('because it %s fails its runs and is replaced', async (_, signal) => {
    const cursor = await startSimulatedCursor(ENDLESS);
    const { backend, processId } = createTestBackend({
      backendUrl: cursor.url,
      timeouts: { pingIntervalMs: 50, pingMs: 1_500, backoffMs: 10 },
    });
    await backend.start();
    const first = processId();
    const statuses: string[] = [];
    backend.onDidChangeState(({ status }) => statuses.push(status));
    const events = await interrupt(backend, () => process.kill(first, signal));
    expect(toRunFailure(events).code).toBe('bridge_unavailable');
    expect(toAnswerText(await collectRun(backend, toRunRequest('Hello')))).toContain('Hello');
    expect(processId()).not.toBe(first);
    expect(isRunning(first)).toBe(false);
    expect(statuses).toEqual(['restarting', 'ready']);
  });

  it('five times is given up, with the reason, until it is started again', async () => {
    const { backend } = createTestBackend({
      bridgePath: path.join(FIXTURES, 'exit-at-start.cjs'),
      timeouts: { backoffMs: 1 },
    });
    await backend.start();
    await expect.poll(() => backend.state.status, { timeout: 10_000 }).toBe('failed');
    expect(backend.state.reason).toMatch(/5 times within 3 minutes.*code 3/u);
    const failure = toRunFailure(await collectRun(backend, toRunRequest('Hello')));
    expect(failure).toMatchObject({ code: 'bridge_unavailable', message: expect.stringContaining('code 3') });
    await backend.start();
    expect(backend.state.status).toBe('restarting');
  });

  it('leaves its files to be deleted', async () => {
    const cursor = await startSimulatedCursor(ENDLESS);
    const { backend, processId, dataFolder } = createTestBackend({ backendUrl: cursor.url });
    const leftover = path.join(dataFolder, 'bridge-999999999-left', 'cursor');
    const foreign = path.join(dataFolder, 'foreign');
    mkdirSync(leftover, { recursive: true });
    mkdirSync(foreign);
    await backend.start();
    expect(existsSync(leftover)).toBe(false);
    await interrupt(backend, () => process.kill(processId(), 'SIGKILL'));
    await backend.stop();
    expect(existsSync(foreign)).toBe(true);
    expect(readdirSync(dataFolder)).toEqual(['foreign']);
  });
});

describe('a child that cannot be used', () => {
  it.each([
    [
      'of a Node.js that does not exist',
      { nodePath: '/nowhere/node' },
      /"\/nowhere\/node" does not exist.*portside\.nodePath/u,
    ],
    ['of a file that does not exist', { bridgePath: '/nowhere/bridge.js' }, /\/nowhere\/bridge\.js is missing/u],
  ] as const)('because %s fails at once', async (_, options, reason) => {
    const { backend } = createTestBackend(options);
    await backend.start();
    expect(backend.state).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) });
  });

  it.each([
    ['node-too-old', /too old \(20\.1\.0\).*portside\.nodePath/u],
    ['protocol-mismatch', /another version of Portside/u],
    ['sdk-not-loaded', /SDK could not be loaded/u],
  ] as const)('because of %s fails at once', async (kind, reason) => {
    process.env['FAKE_BRIDGE_REFUSAL'] = kind;
    const { backend, processId } = createTestBackend({ bridgePath: path.join(FIXTURES, 'refuse.cjs') });
    await backend.start();
    delete process.env['FAKE_BRIDGE_REFUSAL'];
    expect(backend.state).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) });
    await expect.poll(() => isRunning(processId())).toBe(false);
  });

  it('because it is never ready counts as a crash, and requests do not wait for ever', async () => {
    const { backend } = createTestBackend({
      bridgePath: path.join(FIXTURES, 'never-ready.cjs'),
      timeouts: { startMs: 200, readyMs: 100, backoffMs: 60_000 },
    });
    const starting = backend.start();
    const failure = toRunFailure(await collectRun(backend, toRunRequest('Hello')));
    expect(failure.code).toBe('bridge_unavailable');
    await starting;
    expect(backend.state).toMatchObject({
      status: 'restarting',
      reason: expect.stringContaining('not ready after 0.2 s'),
    });
  });
});

describe('a child that talks nonsense', () => {
  it('works, and its output is in the log without keys', async () => {
    const cursor = await startSimulatedCursor();
    const { backend, logger } = createTestBackend({
      backendUrl: cursor.url,
      bridgePath: path.join(FIXTURES, 'noisy.cjs'),
    });
    await backend.start();
    expect(toAnswerText(await collectRun(backend, toRunRequest('Hello')))).toContain('Hello');
    expect(logger.lines.join('\n')).toContain('garbage {"jsonrpc": crsr_…');
    expect(logger.lines.join('\n')).not.toContain('crsr_secret');
  });
});

describe('a stop', () => {
  it('ends running requests and the child in time', async () => {
    const cursor = await startSimulatedCursor(ENDLESS);
    const { backend, processId } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    let stopping = Promise.resolve();
    const startedMs = performance.now();
    const events = await interrupt(backend, () => {
      stopping = backend.stop();
    });
    await stopping;
    expect(performance.now() - startedMs).toBeLessThan(2_500);
    expect(toRunFailure(events).code).toBe('bridge_unavailable');
    expect(isRunning(processId())).toBe(false);
    expect(backend.state.status).toBe('stopped');
    await expect.poll(async () => (await cursor.runs())[0]?.status).toBe('cancelled');
  });

  it('ends a child that does not want to', async () => {
    const { backend, processId } = createTestBackend({ bridgePath: path.join(FIXTURES, 'never-ready.cjs') });
    const starting = backend.start();
    const startedMs = performance.now();
    await backend.stop();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(isRunning(processId())).toBe(false);
    await starting;
  });

  it('refuses requests until the next start', async () => {
    const cursor = await startSimulatedCursor();
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    expect(toRunFailure(await collectRun(backend, toRunRequest('Hello'))).code).toBe('bridge_unavailable');
    await backend.start();
    await backend.stop();
    expect(toRunFailure(await collectRun(backend, toRunRequest('Hello'))).code).toBe('bridge_unavailable');
    await backend.start();
    expect(toAnswerText(await collectRun(backend, toRunRequest('Hello')))).toContain('Hello');
  });
});

describe('a data folder in a git repository', () => {
  it('is not where the SDK works', async () => {
    const cursor = await startSimulatedCursor();
    const repository = createTestFolder();
    mkdirSync(path.join(repository, '.git'));
    const dataFolder = path.join(repository, 'data');
    const { backend } = createTestBackend({ backendUrl: cursor.url, dataFolder });
    await backend.start();
    await collectRun(backend, toRunRequest('Hello'));
    const [instance] = readdirSync(dataFolder);
    expect(readdirSync(path.join(dataFolder, instance ?? ''))).toEqual(['no-transcripts']);
  });
});
