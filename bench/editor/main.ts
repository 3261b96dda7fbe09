// npm run bench:editor -- [--quick]   (after npm run package)
// Measures the extension within a real workbench: its activation, the way from the command to the open port, its memory.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { startSimulator } from '../../src/simulator/main.ts';
import { findFreePort } from '../../test/support/free-port.ts';
import { launchBrowser, openWorkbench, warmUp } from '../../test/workbench/support/browser.ts';
import { startCodeServer } from '../../test/workbench/support/code-server.ts';
import { installExtension } from '../../test/workbench/support/installed-extension.ts';
import { createSuiteWrapper } from '../../test/workbench/support/suite-wrapper.ts';
import { vsixPath } from '../../test/workbench/support/vsix-path.ts';
import { createWorkbenchFolders, removeWorkbenchFolders } from '../../test/workbench/support/workbench-folders.ts';
import { medianOf } from '../statistics.ts';
import { formatNumber, renderTable } from '../table.ts';
import type { HostMeasurements, HostTask } from './in-host.ts';
import { type Activation, readActivation } from './read-activation.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const ROUNDS = quick ? 1 : 5;
const STARTS = quick ? 2 : 6;
const REQUESTS = quick ? 500 : 10_000;

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const scratch = mkdtempSync(path.join(tmpdir(), 'portside-bench-'));
const simulator = await startSimulator({ logger, scenario: {} });
const extension = await installExtension();

/** Opens a workbench with the extension, and closes all of it after `use`. */
const withWorkbench = async <T>(
  options: { readonly environment?: Readonly<Record<string, string>>; readonly suite?: string },
  use: (workbench: {
    readonly page: Awaited<ReturnType<typeof openWorkbench>>['page'];
    readonly ended: Promise<number>;
  }) => Promise<T>,
): Promise<T> => {
  const folders = createWorkbenchFolders({
    extensions: extension.folder,
    settings: { 'portside.backendUrl': simulator.url },
  });
  const server = await startCodeServer(folders, {
    environment: { CURSOR_API_KEY: 'crsr_bench', ...options.environment },
    hasTestDriver: options.suite !== undefined,
  });
  const browser = await launchBrowser();
  try {
    await warmUp(server, folders);
    const ended = Promise.withResolvers<number>();
    const remote = (file: string): string => `vscode-remote://${new URL(server.url).host}${encodeURI(file)}`;
    const { page } = await openWorkbench(browser, server, folders, {
      ...(options.suite !== undefined && {
        exposed: {
          codeAutomationLog: () => undefined,
          codeAutomationExit: (code: unknown) => ended.resolve(Number(code)),
        },
        payload: [
          ['extensionDevelopmentPath', remote(path.resolve('test/workbench/host-extension'))],
          ['extensionTestsPath', remote(createSuiteWrapper(folders, options.suite).modulePath)],
        ],
      }),
    });
    await page.locator('[id="portside.portside.portside.status"]').waitFor({ timeout: 60_000 });
    const result = await use({ page, ended: ended.promise });
    await page.close();
    return result;
  } finally {
    await browser.close();
    await server.stop();
    removeWorkbenchFolders(folders);
  }
};

const measureActivation = async (): Promise<readonly Activation[]> => {
  const rounds: Activation[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(await withWorkbench({}, ({ page }) => readActivation(page, 'portside.portside')));
  }
  return rounds;
};

const measureHost = async (): Promise<HostMeasurements> => {
  await build({
    entryPoints: ['in-host', 'client'].map((name) => path.join(import.meta.dirname, `${name}.ts`)),
    outdir: scratch,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const task: HostTask = {
    port: await findFreePort(),
    starts: STARTS,
    requests: REQUESTS,
    clientFile: path.join(scratch, 'client.cjs'),
    outputFile: path.join(scratch, 'host.json'),
  };
  return withWorkbench(
    { environment: { PORTSIDE_BENCH_TASK: JSON.stringify(task) }, suite: path.join(scratch, 'in-host.cjs') },
    async ({ ended }) => {
      const code = await ended;
      if (code !== 0) throw new Error(`The extension host ended with code ${code}.`);
      return JSON.parse(readFileSync(task.outputFile, 'utf8'));
    },
  );
};

const bytesOf = (...names: readonly string[]): number =>
  names.reduce((sum, name) => sum + statSync(path.join(extension.folder, findInstalled(), 'dist', name)).size, 0);
const findInstalled = (): string => {
  const entries: unknown = JSON.parse(readFileSync(path.join(extension.folder, 'extensions.json'), 'utf8'));
  const [entry] = Array.isArray(entries) ? entries : [];
  return path.basename(String(entry?.location?.path ?? ''));
};

try {
  const activations = await measureActivation();
  const { startMs, memory } = await measureHost();
  const [firstStartMs = NaN, ...laterStartsMs] = startMs;
  const MB = 2 ** 20;
  const rows: readonly (readonly [name: string, value: number, limit: number | null, unit: string])[] = [
    ['activate(), the call', medianOf(activations.map(({ callMs }) => callMs)), 20, 'ms'],
    [
      'activate(), with what it waits for',
      medianOf(activations.map(({ callMs, finishMs }) => callMs + finishMs)),
      null,
      'ms',
    ],
    ['loading the extension’s code', medianOf(activations.map(({ loadMs }) => loadMs)), null, 'ms'],
    ['bundle of the activation path', bytesOf('extension.js') / 1000, 300, 'KB'],
    ['from the command to the open port, the first time', firstStartMs, 500, 'ms'],
    ['from the command to the open port, later', medianOf(laterStartsMs), 500, 'ms'],
    ['VSIX', statSync(vsixPath()).size / 1e6, 16, 'MB'],
    [`memory growth, ${REQUESTS} requests`, (memory.served.rss - memory.serving.rss) / MB, 40, 'MB'],
    [`heap growth, ${REQUESTS} requests`, (memory.served.heapUsed - memory.serving.heapUsed) / MB, null, 'MB'],
    [`the same before V8 gives back its reserve`, (memory.served.busyRss - memory.serving.rss) / MB, null, 'MB'],
    ['memory growth since before the server was on', (memory.served.rss - memory.active.rss) / MB, null, 'MB'],
    ['heap growth since before the server was on', (memory.served.heapUsed - memory.active.heapUsed) / MB, null, 'MB'],
  ];
  process.stdout.write(
    `${renderTable(
      ['in the workbench', 'measured', 'limit', ''],
      rows.map(([name, value, limit, unit]) => [
        name,
        `${formatNumber(value)} ${unit}`,
        limit === null ? '' : `≤ ${limit} ${unit}`,
        limit === null ? '' : value <= limit ? 'met' : 'MISSED',
      ]),
    )}\n`,
  );
} finally {
  extension.remove();
  await simulator.close();
  rmSync(scratch, { recursive: true, force: true });
}
