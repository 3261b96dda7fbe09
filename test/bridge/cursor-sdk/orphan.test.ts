import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BRIDGE_PATH, createTestFolder, isRunning, startSimulatedCursor } from '../../support/simulated-cursor.ts';

/** A server in a process of its own, with a bridge that is ready. */
const startServer = async (action: 'stay' | 'stop') => {
  const cursor = await startSimulatedCursor();
  const dataFolder = createTestFolder();
  const script = path.resolve(import.meta.dirname, '../../fixtures/bridge/parent.ts');
  const server = spawn(process.execPath, [script, cursor.url, dataFolder, BRIDGE_PATH, action], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    server.kill('SIGKILL');
  });
  const exited = once(server, 'exit');
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const child = Number((await lines.next()).value);
  expect((await lines.next()).value).toBe('ready');
  return { server, exited, child, dataFolder };
};

describe('a server', () => {
  it('that is killed takes its child with it, which deletes its files', async () => {
    const { server, exited, child, dataFolder } = await startServer('stay');
    expect(isRunning(child)).toBe(true);
    server.kill('SIGKILL');
    await exited;
    await expect.poll(() => isRunning(child), { timeout: 5_000 }).toBe(false);
    expect(readdirSync(dataFolder)).toEqual([]);
  });

  it('that has stopped its backend can end by itself', async () => {
    const { exited, child } = await startServer('stop');
    expect(await exited).toEqual([0, null]);
    expect(isRunning(child)).toBe(false);
  });
});
