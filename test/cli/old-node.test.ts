import { copyFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findOldNode } from '../support/old-node.ts';
import { CLI_FILE, runCli } from '../support/portside-cli.ts';
import { startPortside } from '../support/portside-process.ts';
import { findDescendants, findRunning } from '../support/process-tree.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

describe('an old Node.js', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'runs the program on the installed one, and %s ends both',
    async (signal) => {
      using folder = createTemporaryFolder();
      await using portside = await startPortside({ command: [...findOldNode(folder.path), CLI_FILE] });
      expect(portside.serverPid).not.toBe(portside.pid);
      expect((await portside.fetch('/v1/models')).status).toBe(200);
      const descendants = findDescendants(portside.pid);
      expect(descendants.map(({ pid }) => pid)).toContain(portside.serverPid);
      expect(await portside.stop(signal)).toBe(0);
      await expect.poll(() => findRunning(descendants), { timeout: 2000 }).toEqual([]);
    },
  );

  test('does not leave the inner one behind when it is killed', async () => {
    using folder = createTemporaryFolder();
    await using portside = await startPortside({ command: [...findOldNode(folder.path), CLI_FILE] });
    const descendants = findDescendants(portside.pid);
    expect(descendants.length).toBeGreaterThanOrEqual(3);
    portside.kill('SIGKILL');
    await expect.poll(() => findRunning(descendants), { timeout: 5000 }).toEqual([]);
  });

  test('ends with code 0 on Ctrl+C in a terminal, which reaches both processes', async () => {
    using folder = createTemporaryFolder();
    await using portside = await startPortside({
      command: [...findOldNode(folder.path), CLI_FILE],
      isGroupLeader: true,
    });
    const descendants = findDescendants(portside.pid);
    process.kill(-portside.pid, 'SIGINT');
    expect(await portside.waitForExit()).toBe(0);
    await expect.poll(() => findRunning(descendants), { timeout: 2000 }).toEqual([]);
  });

  test('passes on how the program ended', async () => {
    using folder = createTemporaryFolder();
    const command = [...findOldNode(folder.path), CLI_FILE] as const;
    expect(await runCli(['serve', '--simulate', '--port', 'abc'], { command })).toMatchObject({ code: 2, stdout: '' });
    expect(await runCli(['--version'], { command })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d/) });
  });

  test('says what is missing where no other is installed', async () => {
    using folder = createTemporaryFolder();
    copyFileSync(CLI_FILE, folder.join('cli.js'));
    const command = [...findOldNode(folder.path), folder.join('cli.js')] as const;
    const { code, stdout, stderr } = await runCli(['serve', '--simulate'], { command });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/Node\.js 22\.14/);
    expect(stderr).toMatch(/nodejs\.org/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
