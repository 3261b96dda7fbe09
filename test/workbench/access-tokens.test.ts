import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { readEditorFiles } from './support/editor-files.ts';
import { installExtension } from './support/installed-extension.ts';
import { keepScreenshot } from './support/keep-screenshot.ts';
import { waitUntil } from './support/wait-until.ts';
import { withPortside } from './support/with-portside.ts';
import { answerInput, choice, dialog, readClipboard, remark, runCommand } from './support/workbench-page.ts';

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

const createToken = async (page: Page, name: string, choose: () => Promise<void>): Promise<string> => {
  await runCommand(page, 'Portside: Create Access Token');
  await answerInput(page, 'Create Access Token (1/2)', name);
  await choose();
  const shown = dialog(page, `The access token "${name}" is on the clipboard.`);
  await shown.waitFor();
  const token = await readClipboard(page);
  expect(await shown.textContent()).toContain(token);
  await keepScreenshot(page, 'access-token');
  await shown.getByRole('button', { name: /^(OK|Cancel|Close)$/ }).click();
  await remark(page, `Created the access token ${name}`).waitFor();
  return token;
};

test('access tokens are made, limited, replaced and revoked', async () => {
  const port = await findFreePort();
  await withPortside(
    {
      name: 'access-tokens',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port },
      environment: { CURSOR_API_KEY: 'crsr_tokens' },
    },
    async ({ page, folders }) => {
      const listModels = (token: string): Promise<Response> =>
        fetch(`http://127.0.0.1:${port}/v1/models`, { headers: { authorization: `Bearer ${token}` } });
      await runCommand(page, 'Portside: Start Server');
      await page
        .getByRole('button', { name: `Portside: Running on port ${port}.`, exact: true })
        .waitFor({ timeout: 30_000 });
      await runCommand(page, 'Portside: Copy Access Token');
      await remark(page, 'Copied the access token').waitFor();
      const first = await readClipboard(page);
      expect((await listModels(first)).status).toBe(200);

      const plain = await createToken(page, 'plain', async () => {
        await choice(page, 'Expiry').waitFor();
        await page.keyboard.press('Enter');
      });
      expect(plain).toMatch(/^portside_\S{40,}$/);
      expect((await listModels(plain)).status).toBe(200);

      const limited = await createToken(page, 'limited', async () => {
        for (const limit of ['Expiry', 'Requests per minute']) {
          await choice(page, limit).locator('.quick-input-list-checkbox, .monaco-checkbox').first().click();
        }
        await keepScreenshot(page, 'access-token-limits');
        await page.locator('.quick-input-widget:visible').getByRole('button', { name: 'OK' }).click();
        await choice(page, '30 days').click();
        await answerInput(page, 'Create Access Token (4/4)', '2');
      });
      const statuses = [];
      for (let count = 1; count <= 3; count += 1) statuses.push((await listModels(limited)).status);
      expect(statuses).toEqual([200, 200, 429]);

      await runCommand(page, 'Portside: Revoke Access Token');
      await choice(page, 'limited').filter({ hasText: '2 requests per minute' }).waitFor();
      await choice(page, 'plain')
        // The editor leaves hidden words of the palette behind it.
        .filter({ hasText: /last used .*, 1 request(?!s\b|ss)/ })
        .waitFor();
      await keepScreenshot(page, 'revoke-access-token');
      await choice(page, 'plain').click();
      await remark(page, 'Revoked the access token plain').waitFor();
      expect((await listModels(plain)).status).toBe(401);
      expect((await listModels(first)).status).toBe(200);

      await runCommand(page, 'Portside: Rotate Access Token');
      await dialog(page, 'Replace the default access token by a new one?')
        .getByRole('button', { name: 'Rotate Access Token' })
        .click();
      await remark(page, 'Copied the new access token').waitFor();
      const second = await readClipboard(page);
      expect(second).not.toBe(first);
      expect([(await listModels(first)).status, (await listModels(second)).status]).toEqual([401, 200]);

      await waitUntil('the log is written', () => readEditorFiles(folders).size > 0);
      for (const [file, text] of readEditorFiles(folders)) {
        for (const token of [first, second, plain, limited]) {
          expect(text.includes(token), `a token in ${file}`).toBe(false);
        }
      }
    },
  );
});
