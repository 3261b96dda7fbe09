import { mkdtempSync, rmSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { installExtension } from './support/installed-extension.ts';
import { isPortOpen } from './support/is-port-open.ts';
import { keepScreenshot } from './support/keep-screenshot.ts';
import { withPortside } from './support/with-portside.ts';
import { dialog, notification, readClipboard, remark, runCommand } from './support/workbench-page.ts';

const environment = { CURSOR_API_KEY: 'crsr_windows' };

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

const STOPPED = 'Portside: Stopped. Click to start the server.';

/** The item in the status bar, by what it tells a screen reader. */
const named = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name, exact: true });

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
      await named(page, STOPPED).waitFor();
      await named(third.page, STOPPED).waitFor({ timeout: 15_000 });
      expect(await isPortOpen(port)).toBe(false);
    },
  );
});

test('the window of the chosen folder serves, whichever was first', async () => {
  const port = await findFreePort();
  const chosen = mkdtempSync('/tmp/pw-chosen-');
  try {
    await withPortside(
      {
        name: 'serving-folder',
        extensions: extension?.folder ?? '',
        settings: { 'portside.port': port, 'portside.autoStart': true, 'portside.servingFolder': chosen },
        environment,
      },
      async ({ page, status, openWindow }) => {
        const serving = (item: Locator): Locator =>
          item.filter({ hasText: `:${port}` }).locator('.codicon-radio-tower');
        const waiting = (item: Locator): Locator => item.filter({ hasText: `:${port}` }).locator('.codicon-link');
        await named(page, STOPPED).waitFor();
        expect(await isPortOpen(port)).toBe(false);
        await runCommand(page, 'Portside: Start Server');
        await notification(page, 'This window serves now').waitFor({ timeout: 30_000 });
        await serving(status).waitFor({ timeout: 15_000 });

        const its = await openWindow(chosen);
        await serving(its.status).waitFor({ timeout: 30_000 });
        await waiting(status).waitFor({ timeout: 15_000 });

        await its.page.close();
        // It has looked, and found nobody: now or never it would take over.
        await named(page, `Portside: Served on port ${port} by another Portside, which is not known here.`).waitFor({
          timeout: 15_000,
        });
        expect(await isPortOpen(port)).toBe(false);
      },
    );
  } finally {
    rmSync(chosen, { recursive: true });
  }
});

test('a default token that was replaced stays worthless, whichever window serves', async () => {
  const port = await findFreePort();
  await withPortside(
    {
      name: 'token-of-windows',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port, 'portside.autoStart': true },
      environment,
    },
    async ({ page, openWindow }) => {
      const serving = (window: Page): Locator => named(window, `Portside: Running on port ${port}.`);
      const ask = async (token: string): Promise<number> =>
        (await fetch(`http://127.0.0.1:${port}/v1/models`, { headers: { authorization: `Bearer ${token}` } })).status;
      const copyToken = async (window: Page): Promise<string> => {
        await runCommand(window, 'Portside: Copy Access Token');
        await remark(window, 'Copied the access token').waitFor();
        return await readClipboard(window);
      };
      await serving(page).waitFor({ timeout: 30_000 });
      const old = await copyToken(page);
      const second = await openWindow();
      await named(second.page, new RegExp(`^Portside: Served on port ${port} by another window`)).waitFor({
        timeout: 30_000,
      });
      expect(await copyToken(second.page)).toBe(old);

      await page.bringToFront();
      await runCommand(page, 'Portside: Rotate Access Token');
      await dialog(page, 'Replace the default access token by a new one?')
        .getByRole('button', { name: 'Rotate Access Token' })
        .click();
      await remark(page, 'Copied the new access token').waitFor();
      const rotated = await readClipboard(page);
      expect([await ask(old), await ask(rotated)]).toEqual([401, 200]);

      await second.page.bringToFront();
      await runCommand(second.page, 'Portside: Take Over Server');
      await serving(second.page).waitFor({ timeout: 30_000 });
      expect([await ask(old), await ask(rotated)]).toEqual([401, 200]);
      // A browser gives each window a copy of the secrets of its own.
      await runCommand(second.page, 'Portside: Copy Access Token');
      await notification(second.page, 'was made or replaced in another window')
        .getByRole('button', { name: 'Rotate Access Token' })
        .waitFor();
      await keepScreenshot(second.page, 'token-of-another-window');
      expect(await readClipboard(second.page)).toBe(rotated);
    },
  );
});
