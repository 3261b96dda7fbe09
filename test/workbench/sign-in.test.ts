import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { readEditorFiles } from './support/editor-files.ts';
import { createEditorSignInFolder } from './support/editor-sign-in-folder.ts';
import { installExtension } from './support/installed-extension.ts';
import { keepScreenshot } from './support/keep-screenshot.ts';
import { withPortside } from './support/with-portside.ts';
import {
  choice,
  dialog,
  notification,
  passwordInput,
  readClipboard,
  remark,
  runCommand,
} from './support/workbench-page.ts';

const SESSION = 'simulator_session_editor_mona';
const DAY_MS = 24 * 60 * 60 * 1000;

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

const createClient = async (page: Page, port: number): Promise<OpenAI> => {
  await runCommand(page, 'Portside: Copy Access Token');
  await remark(page, 'Copied the access token').waitFor();
  const apiKey = await readClipboard(page);
  return new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey, maxRetries: 0, timeout: 30_000 });
};

const ask = (client: OpenAI) =>
  client.chat.completions.create({ model: 'auto', messages: [{ role: 'user', content: 'Who am I?' }] });

const tooltipOf = async (page: Page, text: string): Promise<void> => {
  await page.locator('[id="portside.portside.portside.status"]').hover();
  const tooltip = page.locator('.workbench-hover').filter({ hasText: text });
  await tooltip.waitFor();
  await page.mouse.move(700, 200);
  await tooltip.waitFor({ state: 'hidden' });
};

test("the editor's own sign-in is used after one consent, which leaves nothing of it behind", async () => {
  const root = mkdtempSync('/tmp/pw-cursor-');
  const editor = createEditorSignInFolder(root, { email: 'mona@simulator.invalid', sessionToken: SESSION });
  const port = await findFreePort();
  try {
    await withPortside(
      {
        name: 'editor-sign-in',
        extensions: extension?.folder ?? '',
        settings: { 'portside.port': port, 'portside.cursorDataFolder': editor.folder },
      },
      async ({ page, status, simulator, folders }) => {
        const listKeys = async (): Promise<unknown> => (await fetch(`${simulator.url}/_simulator/keys`)).json();
        await runCommand(page, 'Portside: Start Server');
        const way = choice(page, "Use the Cursor editor's sign-in");
        await way.filter({ hasText: 'mona@simulator.invalid (pro)' }).waitFor({ timeout: 15_000 });
        await way.click();
        const consent = dialog(page, 'Let Portside use the Cursor account mona@simulator.invalid?');
        await consent.waitFor();
        await keepScreenshot(page, 'consent');
        expect(await consent.textContent()).toContain(`Portside on ${hostname()}`);
        await consent.getByRole('button', { name: 'Cancel' }).click();
        await consent.waitFor({ state: 'hidden' });
        expect(await listKeys()).toEqual([]);

        await fetch(`${simulator.url}/_simulator/deny-next-key`, { method: 'POST' });
        await runCommand(page, 'Portside: Sign In to Cursor');
        await way.click();
        await consent.getByRole('button', { name: 'Use This Account' }).click();
        const refusal = notification(page, /Cursor (does|did) not make a key for the editor's sign-in/);
        await refusal.getByRole('button', { name: 'Sign In with the Browser' }).waitFor({ timeout: 30_000 });
        await keepScreenshot(page, 'sign-in-refused');
        await refusal.hover();
        await refusal.locator('.codicon-notifications-clear').click();

        await runCommand(page, 'Portside: Sign In to Cursor');
        await way.click();
        await consent.getByRole('button', { name: 'Use This Account' }).click();
        await remark(page, 'Signed in to Cursor: mona@simulator.invalid (pro)').waitFor({ timeout: 30_000 });
        await status.filter({ hasNotText: 'not signed in' }).waitFor();
        await page
          .getByRole('button', { name: `Portside: Running on port ${port}.`, exact: true })
          .waitFor({ timeout: 30_000 });
        await tooltipOf(page, 'Cursor account: mona@simulator.invalid (pro)');
        expect(await listKeys()).toEqual([
          {
            name: `Portside on ${hostname()}`,
            email: 'mona@simulator.invalid',
            createdBy: 'session',
            expiresAt: expect.any(Number),
          },
        ]);
        const [{ expiresAt }] = (await listKeys()) as [{ expiresAt: number }];
        expect(Math.round((expiresAt - Date.now()) / DAY_MS)).toBe(90);

        const client = await createClient(page, port);
        expect((await ask(client)).choices[0]?.message.content).toContain('Who am I?');

        await fetch(`${simulator.url}/_simulator/expire-keys`, { method: 'POST' });
        await expect(ask(client)).rejects.toMatchObject({ status: 401, code: 'cursor_sign_in_expired' });
        await status.filter({ hasText: 'sign-in refused' }).waitFor();
        await notification(page, 'mona@simulator.invalid (pro)')
          .getByRole('button', { name: 'Sign In Again' })
          .waitFor();
        await keepScreenshot(page, 'sign-in-again');

        for (const [file, text] of readEditorFiles(folders)) {
          expect(text.includes(SESSION), `the session in ${file}`).toBe(false);
          expect(/crsr_[0-9a-f]{20}/.test(text), `the key in ${file}`).toBe(false);
        }
      },
    );
  } finally {
    editor.close();
    rmSync(root, { recursive: true });
  }
});

test('the browser signs in; accounts are switched and signed out', async () => {
  const port = await findFreePort();
  await withPortside(
    { name: 'browser-sign-in', extensions: extension?.folder ?? '', settings: { 'portside.port': port } },
    async ({ page, status, simulator, folders }) => {
      await runCommand(page, 'Portside: Sign In to Cursor');
      await choice(page, "Use the Cursor editor's sign-in").filter({ hasText: 'on the other machine' }).waitFor();
      const opening = page.context().waitForEvent('page');
      await choice(page, "Opens Cursor's page").click();
      const waiting = notification(page, 'waiting for you to sign in to Cursor in the browser');
      await waiting.waitFor();
      await keepScreenshot(page, 'browser-sign-in');
      const popup = await opening;
      await popup.waitForURL(/loginDeepControl\?challenge=[\w-]+&uuid=[\w-]+&mode=login/);
      await popup.close();
      await remark(page, 'Signed in to Cursor: person@simulator.invalid').waitFor({ timeout: 30_000 });
      await waiting.waitFor({ state: 'hidden' });
      // Signing in alone has no need of access tokens.
      expect(readdirSync(path.join(folders.userData, 'User/globalStorage/portside.portside'))).not.toContain(
        'access-tokens.db',
      );
      expect(await (await fetch(`${simulator.url}/_simulator/keys`)).json()).toMatchObject([
        { name: `Portside on ${hostname()}`, createdBy: 'browser' },
      ]);

      await runCommand(page, 'Portside: Set Cursor API Key');
      await passwordInput(page).fill('crsr_second_account');
      await page.keyboard.press('Enter');
      await notification(page, 'Requests go on using the account browser-person@simulator.invalid')
        .getByRole('button', { name: 'Use key-second@simulator.invalid' })
        .click({ timeout: 30_000 });
      await remark(page, 'Portside uses the Cursor account key-second@simulator.invalid').waitFor();

      await runCommand(page, 'Portside: Switch Cursor Account');
      await choice(page, 'key-second@simulator.invalid').locator('.codicon-check').waitFor();
      await keepScreenshot(page, 'switch-account');
      await choice(page, 'browser-person@simulator.invalid').click();
      await remark(page, 'Portside uses the Cursor account browser-person@simulator.invalid').waitFor();

      await runCommand(page, 'Portside: Start Server');
      await page
        .getByRole('button', { name: `Portside: Running on port ${port}.`, exact: true })
        .waitFor({ timeout: 30_000 });
      await tooltipOf(page, 'Cursor account: person@simulator.invalid');
      const client = await createClient(page, port);
      expect((await ask(client)).choices).toHaveLength(1);

      await runCommand(page, 'Portside: Sign Out');
      await choice(page, 'browser-person@simulator.invalid').click();
      await dialog(page, 'Sign out of person@simulator.invalid?').getByRole('button', { name: 'Sign Out' }).click();
      await remark(page, 'Portside uses the Cursor account key-second@simulator.invalid now').waitFor();
      await runCommand(page, 'Portside: Sign Out');
      await dialog(page, 'Sign out of second@simulator.invalid?').getByRole('button', { name: 'Sign Out' }).click();
      await remark(page, 'Signed out of Cursor').waitFor();
      await status.filter({ hasText: 'not signed in' }).waitFor();
      await expect(ask(client)).rejects.toMatchObject({ status: 401, code: 'cursor_sign_in_required' });
      for (const [file, text] of readEditorFiles(folders)) {
        expect(/crsr_(second|[0-9a-f]{20})/.test(text), `a key in ${file}`).toBe(false);
      }
    },
  );
});

test('a sign-in in the browser can be given up', async () => {
  await withPortside(
    { name: 'cancelled-sign-in', extensions: extension?.folder ?? '', settings: {} },
    async ({ page, simulator }) => {
      await runCommand(page, 'Portside: Sign In to Cursor');
      await choice(page, "Opens Cursor's page").click();
      const waiting = notification(page, 'waiting for you to sign in to Cursor in the browser');
      await waiting.getByRole('button', { name: 'Cancel' }).click();
      await waiting.waitFor({ state: 'hidden' });
      expect(await (await fetch(`${simulator.url}/_simulator/keys`)).json()).toEqual([]);
      expect(await page.locator('.notifications-toasts .notification-toast').count()).toBe(0);
    },
  );
});
