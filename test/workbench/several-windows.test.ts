import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { installExtension } from './support/installed-extension.ts';
import { isPortOpen } from './support/is-port-open.ts';
import { keepScreenshot } from './support/keep-screenshot.ts';
import { waitUntil } from './support/wait-until.ts';
import { withPortside } from './support/with-portside.ts';
import { notification, readClipboard, remark, runCommand } from './support/workbench-page.ts';

const environment = { CURSOR_API_KEY: 'crsr_windows' };

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

test('of two windows one serves; the other says so, takes over, and stops waiting', async () => {
  const port = await findFreePort();
  await withPortside(
    {
      name: 'several-windows',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port, 'portside.autoStart': true },
      environment,
    },
    async ({ page, status, openWindow }) => {
      const serving = (item: Locator): Locator => item.filter({ hasText: `:${port}` }).locator('.codicon-radio-tower');
      const waiting = (item: Locator): Locator => item.filter({ hasText: `:${port}` }).locator('.codicon-link');
      await serving(status).waitFor({ timeout: 30_000 });
      await runCommand(page, 'Portside: Copy Access Token');
      await remark(page, 'Copied the access token').waitFor();
      const token = await readClipboard(page);
      const ask = async (): Promise<number> =>
        (await fetch(`http://127.0.0.1:${port}/v1/models`, { headers: { authorization: `Bearer ${token}` } })).status;

      const second = await openWindow();
      await waiting(second.status).waitFor({ timeout: 30_000 });
      await second.status.hover();
      await second.page
        .locator('.workbench-hover')
        .filter({ hasText: 'by another window, workspace' })
        .getByText('Take Over Server')
        .waitFor();
      await keepScreenshot(second.page, 'served-elsewhere');
      await second.page.mouse.move(700, 200);
      expect(await second.page.locator('.notifications-toasts .notification-toast').count()).toBe(0);

      await runCommand(second.page, 'Portside: Take Over Server');
      await serving(second.status).waitFor({ timeout: 15_000 });
      await waiting(status).waitFor({ timeout: 15_000 });
      expect(await ask()).toBe(200);

      await second.page.close();
      await serving(status).waitFor({ timeout: 20_000 });
      expect(await ask()).toBe(200);

      const third = await openWindow();
      await waiting(third.status).waitFor({ timeout: 30_000 });
      await runCommand(page, 'Portside: Stop Server');
      await status.filter({ hasText: 'Portside' }).waitFor();
      await third.status.filter({ hasText: 'Portside' }).waitFor({ timeout: 15_000 });
      expect(await isPortOpen(port)).toBe(false);
    },
  );
});

test('the window of the chosen folder serves, whichever was first', async () => {
  const port = await findFreePort();
  const chosen = path.join('/tmp', `pw-chosen-${process.pid}`);
  mkdirSync(chosen, { recursive: true });
  await withPortside(
    {
      name: 'serving-folder',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port, 'portside.autoStart': true, 'portside.servingFolder': chosen },
      environment,
    },
    async ({ page, status, openWindow }) => {
      const serving = (item: Locator): Locator => item.filter({ hasText: `:${port}` }).locator('.codicon-radio-tower');
      const waiting = (item: Locator): Locator => item.filter({ hasText: `:${port}` }).locator('.codicon-link');
      await status.filter({ hasText: 'Portside' }).waitFor();
      expect(await isPortOpen(port)).toBe(false);
      await runCommand(page, 'Portside: Start Server');
      await notification(page, 'This window serves now').waitFor({ timeout: 30_000 });
      await serving(status).waitFor({ timeout: 15_000 });

      const its = await openWindow(chosen);
      await serving(its.status).waitFor({ timeout: 30_000 });
      await waiting(status).waitFor({ timeout: 15_000 });

      await its.page.close();
      await waitUntil('the port is closed', async () => !(await isPortOpen(port)), 10_000);
      await waiting(status).waitFor();
    },
  );
});
