import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOldNode } from '../support/old-node.ts';
import { REPOSITORY_FOLDER, runCli, startCli } from '../support/portside-cli.ts';
import { type PortsideOptions, startPortside } from '../support/portside-process.ts';
import { findDescendants, findRunning } from '../support/process-tree.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** What a warm clone must answer within. */
const WARM_MS = 5000;

/** A clone of its own, so that a build here does not pull dist/ away from under the other tests. */
const createInstalledClone = () => {
  const clone = createTemporaryFolder({ isScanned: false });
  for (const name of [
    'scripts',
    'src',
    'docs',
    'media',
    'esbuild.mjs',
    'tsconfig.json',
    'package.json',
    'package-lock.json',
  ])
    cpSync(path.join(REPOSITORY_FOLDER, name), clone.join(name), { recursive: true });
  // A real folder of links: whatever an install did to it, it would not do to the packages that the tests run on.
  const packages = path.join(REPOSITORY_FOLDER, 'node_modules');
  mkdirSync(clone.join('node_modules'));
  for (const name of readdirSync(packages).filter((each) => each === '.bin' || !each.startsWith('.')))
    symlinkSync(path.join(packages, name), clone.join('node_modules', name));
  cpSync(path.join(packages, '.package-lock.json'), clone.join('node_modules', '.package-lock.json'));
  writeFileSync(clone.join('npm.cjs'), "process.stderr.write('npm was called\\n'); process.exit(7);\n");
  return clone;
};

describe('npm start', () => {
  const clone = createInstalledClone();
  const env = { npm_execpath: clone.join('npm.cjs') };
  const command = [...findOldNode(clone.path), clone.join('scripts', 'start.mjs')] as const;
  const start = (options: PortsideOptions = {}) =>
    startPortside({
      command,
      firstArgs: ['--port', '0', '--json'],
      args: [],
      ...options,
      env: { ...env, ...options.env },
    });

  beforeAll(async () => {
    await using first = await start({ deadlineMs: 60_000 });
    expect(first.stderr()).toContain('Building');
    expect(first.stderr()).not.toContain('Installing');
    expect(await first.stop()).toBe(0);
  }, 90_000);
  afterAll(() => clone.remove());

  test('answers from the simulator without a key, and says so', async () => {
    const startedAt = performance.now();
    await using portside = await start();
    expect((await fetch(`${portside.url}/health`)).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(WARM_MS);
    expect(portside.stderr()).not.toContain('Building');
    expect(portside.stderr()).toMatch(/no Cursor API key/i);
    expect(portside.stderr()).toMatch(/simulator/i);
    const response = await portside.chat({ messages: [{ role: 'user', content: 'Hello!' }] });
    expect(await response.json()).toMatchObject({
      choices: [{ message: { content: expect.stringContaining('Hello!') } }],
    });
    const descendants = findDescendants(portside.pid);
    expect(await portside.stop()).toBe(0);
    expect(portside.stdout().trim().split('\n')).toHaveLength(1);
    await expect.poll(() => findRunning(descendants), { timeout: 2000 }).toEqual([]);
  });

  test('shows base URL, access token, curl and banner to a person', async () => {
    await using cli = startCli(['--port', '0'], { command, env });
    await expect.poll(() => cli.stdout(), { timeout: 20_000 }).toContain('curl');
    expect(cli.stdout()).toMatch(/no Cursor API key/i);
    expect(cli.stdout()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/v1/);
    expect(cli.stdout()).toMatch(/Authorization: Bearer \S+/);
  });

  test('serves Cursor with a key', async () => {
    await using portside = await start({
      env: { CURSOR_API_KEY: 'crsr_any', PORTSIDE_BACKEND_URL: 'http://127.0.0.1:9' },
    });
    expect(JSON.parse(portside.stdout())).toMatchObject({ simulatorUrl: null });
    expect(portside.stderr()).not.toMatch(/simulator/i);
    const response = await portside.chat({ messages: [{ role: 'user', content: 'Hi' }] });
    expect([response.status, await response.json()]).toMatchObject([502, { error: { type: 'server_error' } }]);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ends with code 0 when the whole group gets %s', async (signal) => {
    await using portside = await start({ isGroupLeader: true });
    const descendants = findDescendants(portside.pid);
    process.kill(-portside.pid, signal);
    expect(await portside.waitForExit()).toBe(0);
    await expect.poll(() => findRunning(descendants), { timeout: 2000 }).toEqual([]);
  });

  test('does not leave the server behind when it is killed', async () => {
    await using portside = await start();
    const descendants = findDescendants(portside.pid);
    portside.kill('SIGKILL');
    await expect.poll(() => findRunning(descendants), { timeout: 5000 }).toEqual([]);
  });

  test('passes on how the program ended', async () => {
    expect(await runCli(['--port', 'abc'], { command, env })).toMatchObject({ code: 2, stdout: '' });
  });
});
