// Runs in the extension host: measures there what no other process can see.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';

/** What is measured within the extension host. */
export interface HostMeasurements {
  /** From the command to the first connection that the port takes; the first one loads the server's code. */
  readonly startMs: readonly number[];
  /** The process's memory in bytes: with the extension active, with its server on, and after the requests. */
  readonly memory: Readonly<Record<'active' | 'serving' | 'served', MemoryUse>>;
}

export interface MemoryUse {
  /** Before garbage was collected. */
  readonly busyRss: number;
  readonly rss: number;
  readonly heapUsed: number;
}

/** What the bench hands over through the environment. */
export interface HostTask {
  readonly port: number;
  readonly starts: number;
  readonly requests: number;
  readonly clientFile: string;
  readonly outputFile: string;
}

/** Collects all, and gives back what the process holds in reserve: V8 keeps room for up to 100 MB of short-lived objects until it is idle. */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('This Node.js does not let anybody collect garbage.');
  for (let round = 0; round < 2; round += 1) collect({ type: 'major', flavor: 'last-resort', execution: 'sync' });
};

const readMemory = (): MemoryUse => {
  const { rss: busyRss } = process.memoryUsage();
  collectGarbage();
  const { rss, heapUsed } = process.memoryUsage();
  return { busyRss, rss, heapUsed };
};

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const measureStart = async (port: number): Promise<number> => {
  const startedAt = performance.now();
  const done = Promise.resolve(vscode.commands.executeCommand('portside.startServer'));
  while (!(await isOpen(port))) await nextTurn();
  const durationMs = performance.now() - startedAt;
  await done;
  return durationMs;
};

const sendRequests = async (task: HostTask, count: number): Promise<void> => {
  await vscode.commands.executeCommand('portside.copyAccessToken');
  const token = await vscode.env.clipboard.readText();
  const child = fork(task.clientFile, [], {
    env: { ...process.env, BENCH_URL: `http://127.0.0.1:${task.port}`, BENCH_TOKEN: token, BENCH_COUNT: String(count) },
  });
  const [code]: unknown[] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The client ended with code ${String(code)}.`);
};

const waitForBridge = async (port: number): Promise<void> => {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    await response.body?.cancel();
    if (response.ok) return;
    await nextTurn();
  }
};

/** The workbench calls it as it would call a test suite. */
export const run = async (): Promise<void> => {
  const task: HostTask = JSON.parse(process.env['PORTSIDE_BENCH_TASK'] ?? '');
  await vscode.extensions.getExtension('portside.portside')?.activate();
  await vscode.workspace.getConfiguration('portside').update('port', task.port, vscode.ConfigurationTarget.Global);
  const active = readMemory();
  const startMs: number[] = [];
  for (let count = 0; count < task.starts; count += 1) {
    if (count > 0) await vscode.commands.executeCommand('portside.stopServer');
    startMs.push(await measureStart(task.port));
  }
  await waitForBridge(task.port);
  // What a first request loads is not growth.
  await sendRequests(task, 100);
  const serving = readMemory();
  await sendRequests(task, task.requests);
  const served = readMemory();
  await vscode.commands.executeCommand('portside.stopServer');
  const measurements: HostMeasurements = { startMs, memory: { active, serving, served } };
  writeFileSync(task.outputFile, JSON.stringify(measurements));
};
