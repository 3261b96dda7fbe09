import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEditorFiles } from './support/editor-files.ts';
import { installExtension } from './support/installed-extension.ts';
import { keepScreenshot, portToShow } from './support/keep-screenshot.ts';
import { withPortside } from './support/with-portside.ts';
import { choice, dialog, passwordInput, readClipboard, remark, runCommand } from './support/workbench-page.ts';

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

test('a key typed into the editor signs the server in, and is in no file that people read', async () => {
  const port = await portToShow();
  await withPortside(
    { name: 'cursor-api-key', extensions: extension?.folder ?? '', settings: { 'portside.port': port } },
    async ({ page, status, folders }) => {
      await runCommand(page, 'Portside: Toggle Server');
      // What is missing is asked for, and no message stays behind when it is there.
      await choice(page, 'Use an API key').waitFor({ timeout: 15_000 });
      await status.filter({ hasText: `:${port} not signed in` }).waitFor();
      await keepScreenshot(page, 'sign-in');
      await choice(page, 'Use an API key').click();
      await passwordInput(page).waitFor();
      await passwordInput(page).fill('crsr_invalid_of_the_editor');
      await page.keyboard.press('Enter');
      const refusal = dialog(page, 'Cursor does not accept this key.');
      await refusal.waitFor({ timeout: 30_000 });
      await refusal.getByRole('button', { name: 'Enter Another Key' }).click();

      await passwordInput(page).waitFor();
      await passwordInput(page).fill('crsr_typed_into_the_editor');
      await keepScreenshot(page, 'set-cursor-api-key');
      await page.keyboard.press('Enter');
      await remark(page, 'Signed in to Cursor: typed@simulator.invalid').waitFor({ timeout: 30_000 });
      await status.filter({ hasNotText: 'not signed in' }).waitFor({ timeout: 15_000 });
      await page.locator('.notifications-toasts .notification-toast').first().waitFor({ state: 'hidden' });
      await page
        .getByRole('button', { name: `Portside: Running on port ${port}.`, exact: true })
        .waitFor({ timeout: 30_000 });

      await runCommand(page, 'Portside: Copy Access Token');
      await remark(page, 'Copied the access token').waitFor();
      const accessToken = await readClipboard(page);
      const client = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: accessToken, maxRetries: 0 });
      const completion = await client.chat.completions.create({
        model: 'composer-2.5',
        messages: [{ role: 'user', content: 'Is the key good?' }],
      });
      expect(completion.choices[0]?.message.content).toContain('Is the key good?');
      for (const [file, text] of readEditorFiles(folders)) {
        expect(/crsr_(typed|invalid)_/.test(text), `a key in ${file}`).toBe(false);
      }
    },
  );
});
