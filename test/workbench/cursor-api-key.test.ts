import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEditorFiles } from './support/editor-files.ts';
import { installExtension } from './support/installed-extension.ts';
import { keepScreenshot, portToShow } from './support/keep-screenshot.ts';
import { withPortside } from './support/with-portside.ts';
import { notification, passwordInput, readClipboard, runCommand } from './support/workbench-page.ts';

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
      await status.filter({ hasText: `:${port} no API key` }).waitFor({ timeout: 15_000 });
      const warning = notification(page, 'has no Cursor API key');
      await warning.waitFor();
      await keepScreenshot(page, 'no-api-key');

      await warning.getByRole('button', { name: 'Set Cursor API Key' }).click();
      await passwordInput(page).waitFor();
      await passwordInput(page).fill('crsr_typed_into_the_editor');
      await keepScreenshot(page, 'set-cursor-api-key');
      await page.keyboard.press('Enter');
      await status.filter({ hasNotText: 'no API key' }).waitFor({ timeout: 15_000 });
      await page
        .getByRole('button', { name: `Portside: Running on port ${port}.`, exact: true })
        .waitFor({ timeout: 30_000 });

      await runCommand(page, 'Portside: Copy Access Token');
      await notification(page, 'Copied the access token').waitFor();
      const accessToken = await readClipboard(page);
      const client = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: accessToken, maxRetries: 0 });
      const completion = await client.chat.completions.create({
        model: 'composer-2.5',
        messages: [{ role: 'user', content: 'Is the key good?' }],
      });
      expect(completion.choices[0]?.message.content).toContain('Is the key good?');
      for (const [file, text] of readEditorFiles(folders)) {
        expect(text.includes('crsr_typed_into_the_editor'), `the key in ${file}`).toBe(false);
      }
    },
  );
});
