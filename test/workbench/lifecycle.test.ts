import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort, occupyPort } from '../support/free-port.ts';
import { installExtension } from './support/installed-extension.ts';
import { isPortOpen } from './support/is-port-open.ts';
import { keepScreenshot } from './support/keep-screenshot.ts';
import { findBridges, findRunning } from '../support/process-tree.ts';
import { waitUntil } from './support/wait-until.ts';
import { withPortside } from './support/with-portside.ts';
import { notification, runCommand } from './support/workbench-page.ts';

const environment = { CURSOR_API_KEY: 'crsr_test' };

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

test('a taken port is told with a way out, and never replaced in silence', async () => {
  const taken = await occupyPort();
  const free = await findFreePort();
  try {
    await withPortside(
      {
        name: 'taken-port',
        extensions: extension?.folder ?? '',
        settings: { 'portside.port': taken.port },
        environment,
      },
      async ({ page, status }) => {
        await runCommand(page, 'Portside: Start Server');
        const complaint = notification(page, String(taken.port));
        await complaint.waitFor({ timeout: 15_000 });
        await page.getByRole('button', { name: 'Portside: The server could not start.', exact: true }).waitFor();
        await keepScreenshot(page, 'port-taken');

        await complaint.getByRole('button', { name: 'Use Another Port…' }).click();
        const input = page.locator('.quick-input-widget:visible input.input').first();
        await input.waitFor();
        await input.fill(String(free));
        await page.keyboard.press('Enter');
        await status.filter({ hasText: `:${free}` }).waitFor({ timeout: 15_000 });
        expect(await isPortOpen(free)).toBe(true);
      },
    );
  } finally {
    await taken.release();
  }
});

test('a closed window takes its server and its bridge with it', async () => {
  const port = await findFreePort();
  await withPortside(
    {
      name: 'closed-window',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port, 'portside.autoStart': true },
      environment,
    },
    async ({ page, status, server }) => {
      await status.filter({ hasText: `:${port}` }).waitFor({ timeout: 15_000 });
      const bridges = await waitUntil('a bridge runs', () => {
        const found = findBridges(server.pid);
        return found.length === 1 && found;
      });
      await page.close();
      await waitUntil('the port is closed', async () => !(await isPortOpen(port)), 10_000);
      await waitUntil('the bridge has ended', () => findRunning(bridges).length === 0, 5_000);
    },
  );
});
