import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { installExtension } from './support/installed-extension.ts';
import { openPanel, panelContent } from './support/panel-page.ts';
import { completedStep, openStep, openWalkthrough, WALKTHROUGH_STEPS } from './support/walkthrough-page.ts';
import { withPortside } from './support/with-portside.ts';
import { choice, passwordInput, readClipboard, remark, runCommand } from './support/workbench-page.ts';

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

test('each step of the walkthrough is completed by what it asks for', async () => {
  const port = await findFreePort();
  await withPortside(
    { name: 'walkthrough', extensions: extension?.folder ?? '', settings: { 'portside.port': port } },
    async ({ page, status }) => {
      await openWalkthrough(page);
      for (const step of WALKTHROUGH_STEPS) expect(await completedStep(page, step).count(), step).toBe(0);

      const signIn = await openStep(page, 'signIn');
      await signIn.getByRole('button', { name: 'Sign In to Cursor' }).click();
      await choice(page, 'Use an API key').click();
      await passwordInput(page).fill('crsr_walker_by_the_walkthrough');
      await page.keyboard.press('Enter');
      await completedStep(page, 'signIn').waitFor({ timeout: 30_000 });

      const start = await openStep(page, 'start');
      await start.getByRole('button', { name: 'Start Server' }).click();
      await status.filter({ hasText: `:${port}` }).waitFor({ timeout: 30_000 });
      await completedStep(page, 'start').waitFor();

      const connect = await openStep(page, 'connectTool');
      expect(await completedStep(page, 'connectTool').count()).toBe(0);
      await connect.getByRole('button', { name: 'Connect a Tool' }).click();
      const tools = panelContent(page, 'connect');
      await tools.waitFor({ timeout: 30_000 });
      await tools.getByText('curl', { exact: true }).first().click();
      await tools.getByRole('button', { name: 'Copy' }).first().click();
      await completedStep(page, 'connectTool').waitFor();

      await openStep(page, 'watchRequest');
      await runCommand(page, 'Portside: Copy Access Token');
      await remark(page, 'Copied the access token').waitFor();
      const client = new OpenAI({
        baseURL: `http://127.0.0.1:${port}/v1`,
        apiKey: await readClipboard(page),
        maxRetries: 0,
      });
      await client.chat.completions.create({
        model: 'composer-2.5',
        messages: [{ role: 'user', content: 'Is anybody there?' }],
      });
      await openPanel(page, 'requests');
      await completedStep(page, 'watchRequest').waitFor();
    },
  );
});
