import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Accounts } from '../../src/credentials/accounts/accounts.ts';
import { createAccounts } from '../../src/credentials/accounts/create-accounts.ts';
import { createMemoryAccountStore } from '../../src/credentials/accounts/memory-account-store.ts';
import { createMemoryLogger } from '../support/memory-logger.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { createTestGateway } from '../support/test-gateway.ts';
import { createWindows } from '../support/windows.ts';

test('the files of instances are their owner’s alone, tell who serves, and go with the server', async () => {
  const windows = await createWindows();
  const first = windows.open();
  await first.start();
  const [name = ''] = readdirSync(windows.instancesFolder);
  const [folder, file] = [statSync(windows.instancesFolder), statSync(path.join(windows.instancesFolder, name))];
  expect([folder.mode & 0o777, file.mode & 0o777]).toEqual([0o700, 0o600]);
  expect(windows.readInstances()).toEqual([
    {
      id: path.basename(name, '.json'),
      kind: 'editor',
      name: 'test',
      processId: process.pid,
      dataFolderId: expect.stringMatching(/^[0-9a-f]{16}$/),
      port: windows.port,
      controlToken: expect.stringMatching(/^[\w-]{43}$/),
      isUnwanted: false,
    },
  ]);
  expect(first.lines.join('\n')).not.toContain(windows.readInstances()[0]?.controlToken);
  await first.stop('ending');
  expect(readdirSync(windows.instancesFolder)).toEqual([]);
});

test('the files of ended processes are deleted at the next start, and what is none is left alone', async () => {
  const windows = await createWindows();
  const { pid } = spawnSync(process.execPath, ['--version']);
  const leftover = {
    id: randomUUID(),
    kind: 'cli',
    name: null,
    processId: pid,
    dataFolderId: '0123456789abcdef',
    port: 9,
    controlToken: 'x'.repeat(43),
    isUnwanted: false,
  };
  mkdirSync(windows.instancesFolder);
  const write = (name: string, content: object | string) =>
    writeFileSync(
      path.join(windows.instancesFolder, name),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  write(`${leftover.id}.json`, leftover);
  const strange = [`${randomUUID()}.json`, 'notes.txt', 'x.json'];
  for (const name of strange) write(name, name.endsWith('.txt') ? 'mine' : { ...leftover, port: 'none' });
  const first = windows.open();
  await first.start();
  const left = readdirSync(windows.instancesFolder);
  expect(left).not.toContain(`${leftover.id}.json`);
  expect(left).toEqual(expect.arrayContaining(strange));
  expect(left).toHaveLength(strange.length + 1);
});

test('files that cannot be written do not keep the server from serving', async () => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  writeFileSync(folder.join('file'), '');
  const gateway = createTestGateway({ instancesFolder: folder.join('file') });
  await gateway.start();
  expect(gateway.state.status).toBe('running');
  expect(gateway.lines.join('\n')).toMatch(/warn .*cannot be written/);
});

/** Accounts that call `onMade` while what serves is made. */
const createWatchedAccounts = (onMade: () => void): Accounts => {
  const accounts = createAccounts({
    store: createMemoryAccountStore(),
    environment: { apiKey: 'crsr_test' },
    allowsOthers: () => false,
    backendUrl: '',
    logger: createMemoryLogger(),
  });
  onTestFinished(() => accounts.close());
  return {
    ...accounts,
    onDidChange(listener) {
      onMade();
      return accounts.onDidChange(listener);
    },
  };
};

test('a file is there before what serves is made, which others wait for', async () => {
  const windows = await createWindows();
  const seen: number[] = [];
  const accounts = createWatchedAccounts(() => seen.push(...windows.readInstances().map(({ port }) => port)));
  const gateway = windows.open({ accounts });
  await gateway.start();
  expect([gateway.state.status, seen]).toEqual(['running', [windows.port]]);
});

test('a file goes where what serves cannot be made', async () => {
  const windows = await createWindows();
  const accounts = createWatchedAccounts(() => {
    throw new Error('Nothing works.');
  });
  const gateway = windows.open({ accounts });
  await gateway.start();
  expect(gateway.state).toMatchObject({ status: 'failed', code: 'cannot_start' });
  expect(readdirSync(windows.instancesFolder)).toEqual([]);
});
