import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CLI_FILE } from '../support/portside-cli.ts';
import { startPortside } from '../support/portside-process.ts';
import { findBridge } from '../support/process-tree.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** Everything at and below a folder, with its permissions as `ls` would count them. */
const listModes = (folder: string): { name: string; isFolder: boolean; mode: string }[] =>
  ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].flatMap((name) => {
    try {
      const stats = statSync(path.join(folder, name));
      return [{ name, isFolder: stats.isDirectory(), mode: (stats.mode & 0o777).toString(8) }];
    } catch {
      return []; // Deleted meanwhile.
    }
  });

const findOpen = (folder: string) =>
  listModes(folder).filter(({ isFolder, mode }) => mode !== (isFolder ? '700' : '600'));

const findFilesWith = (folder: string, text: string): string[] =>
  listModes(folder)
    .filter(({ isFolder }) => !isFolder)
    .map(({ name }) => path.join(folder, name))
    .filter((file) => existsSync(file) && readFileSync(file).includes(text));

const readUmask = (pid: number): string | undefined =>
  /^Umask:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

test.each(['000', '022', '077'])('all that is written under a umask of %s is its owner’s alone', async (umask) => {
  await using portside = await startPortside({
    command: ['/bin/sh', '-c', `umask ${umask}; exec "$0" "$@"`, process.execPath, CLI_FILE],
  });
  const secret = 'The treasure is under the old oak.';
  await portside.simulator.setScenario([{ text: 'Noted: {{prompt}}', chunk: 4 }]);
  for (const stream of [false, true]) {
    const response = await portside.chat({ messages: [{ role: 'user', content: secret }], stream });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"finish_reason":"stop"')]);
    expect(findOpen(portside.home)).toEqual([]);
  }
  expect(listModes(portside.home).length).toBeGreaterThan(3);
  const bridge = findBridge(portside.pid);
  expect([readUmask(portside.pid), readUmask(bridge?.pid ?? 0)]).toEqual(['0077', '0077']);
  // The SDK's transcripts would be here.
  expect(findFilesWith(portside.userHome, secret)).toEqual([]);

  expect(await portside.stop()).toBe(0);
  expect(findOpen(portside.home)).toEqual([]);
  expect(findFilesWith(portside.userHome, secret)).toEqual([]);
  // Nothing of the SDK's lands beside PORTSIDE_HOME either.
  expect(readdirSync(portside.userHome)).toEqual([path.basename(portside.home)]);
});

test('what a killed server has left is deleted at the next start', async () => {
  await using portside = await startPortside();
  const bridge = findBridge(portside.pid);
  await portside.simulator.setScenario([{ text: 'Half' }, { sleepMs: 300_000 }]);
  const response = await portside.chat({ messages: [{ role: 'user', content: 'Go' }], stream: true });
  const reader = response.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('data: ');
  portside.kill('SIGKILL');
  expect(await portside.waitForExit()).toBeNull();
  await reader?.cancel().catch(() => undefined);
  const isThere = (): boolean =>
    existsSync(`/proc/${bridge?.pid}/cmdline`) && readFileSync(`/proc/${bridge?.pid}/cmdline`, 'utf8') !== '';
  await expect.poll(isThere, { timeout: 5000 }).toBe(false);

  await using next = await startPortside({ home: portside.home });
  const instances = listModes(next.home).filter(({ name }) => name.includes(`-${portside.pid}-`));
  expect(instances).toEqual([]);
});

test('a home that others may write to is named', async () => {
  using folder = createTemporaryFolder();
  const home = folder.join('home');
  mkdirSync(home);
  chmodSync(home, 0o777);
  await using portside = await startPortside({ home });
  expect(portside.stderr()).toContain(`Other users may write to ${home}`);
});
