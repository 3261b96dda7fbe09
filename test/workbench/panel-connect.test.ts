import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { readEditorFiles } from './support/editor-files.ts';
import { installExtension } from './support/installed-extension.ts';
import { openPanel, showPanelTab } from './support/panel-page.ts';
import { useServing } from './support/panel-server.ts';
import { waitUntil } from './support/wait-until.ts';
import { withPortside } from './support/with-portside.ts';
import { setSideBarWidth } from './support/workbench-look.ts';
import { dialog, notification, readClipboard, remark } from './support/workbench-page.ts';

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

const BEFORE = `{
  // Mine, and it stays.
  "theme": "night"
}
`;

interface OpenCodeConfig {
  readonly provider: { readonly portside: { readonly options: { readonly baseURL: string; readonly apiKey: string } } };
}

test('a tool is connected: copied, written after a look, tested, undone', async () => {
  const port = await findFreePort();
  await withPortside(
    {
      name: 'panel-connect',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port },
      environment: { CURSOR_API_KEY: 'crsr_ada' },
      scenario: { rules: [{ then: [{ text: 'Greetings from the simulator.' }] }] },
    },
    async ({ page, folders }) => {
      const folder = path.join(folders.home, '.config/opencode');
      const file = path.join(folder, 'opencode.json');
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, BEFORE);
      const { mode: modeBefore } = statSync(file);

      const connect = await openPanel(page, 'connect');
      await setSideBarWidth(page, 460);
      await connect.getByText('Nothing can be connected yet').waitFor();
      await connect.getByRole('button', { name: 'Start server' }).click();
      await connect.getByRole('combobox', { name: 'Which tool do you want to connect?' }).waitFor({ timeout: 30_000 });
      const client = await useServing(page, port);

      await connect.getByRole('combobox').fill('openc');
      await connect.getByRole('option', { name: 'OpenCode' }).click();
      await connect.getByRole('heading', { name: 'OpenCode' }).waitFor();
      const snippet = connect.getByRole('group', { name: 'Snippet of step 1' });
      await snippet.filter({ hasText: `http://127.0.0.1:${port}/opencodev2/v1` }).waitFor();
      expect(await snippet.textContent()).not.toMatch(/portside_\w{20}/);
      await connect.getByRole('button', { name: 'Copy the snippet of step 1' }).click();
      await remark(page, 'Copied the settings for OpenCode').waitFor();
      const copied = JSON.parse(await readClipboard(page)) as OpenCodeConfig;
      const { apiKey, baseURL } = copied.provider.portside.options;
      const listed = await fetch(`${baseURL}/models`, { headers: { authorization: `Bearer ${apiKey}` } });
      expect(listed.status).toBe(200);
      expect(apiKey).not.toBe(client.token);

      await connect.getByRole('button', { name: 'Test', exact: true }).click();
      await connect.getByText('It works:').waitFor({ timeout: 30_000 });
      await connect.getByText('Greetings from the simulator.').waitFor();

      const write = connect.getByRole('button', { name: 'Write config' });
      const question = notification(page, 'Write these settings for OpenCode?');
      const difference = page.locator('.monaco-diff-editor');
      const above = page.locator('.editor-group-container .editor-actions');
      await write.click();
      await question.waitFor();
      await difference.filter({ hasText: 'provider' }).waitFor();
      expect(await difference.textContent()).not.toContain(apiKey);
      // The comment in it is no problem.
      await page.locator('.statusbar-item').filter({ hasText: 'JSON Lines' }).waitFor();
      await page.locator('.statusbar-item [aria-label="No Problems"]').waitFor();
      await question.getByRole('button', { name: 'Cancel' }).click();
      await connect.getByText('Nothing was written.').waitFor();
      await difference.waitFor({ state: 'hidden' });
      expect(readFileSync(file, 'utf8')).toBe(BEFORE);

      // Nothing stands before the difference, which answers too.
      await write.click();
      await question.waitFor();
      await difference.click();
      await page.keyboard.press('ControlOrMeta+End');
      await above.getByRole('button', { name: 'Do Not Write These Settings' }).click();
      await connect.getByText('Nothing was written.').waitFor();
      await difference.waitFor({ state: 'hidden' });
      await question.waitFor({ state: 'hidden' });

      await write.click();
      await question.waitFor();
      const tab = page.getByRole('tab', { name: 'OpenCode: opencode.json with Portside' });
      await tab.getByRole('button', { name: /^Close/ }).click();
      await connect.getByText('Nothing was written.').waitFor();
      await question.waitFor({ state: 'hidden' });
      expect(readFileSync(file, 'utf8')).toBe(BEFORE);

      await write.click();
      await question.waitFor();
      await above.getByRole('button', { name: 'Write These Settings', exact: true }).click();
      const result = connect.getByText(`Wrote ${file}. The file from before is kept as`);
      await result.waitFor();
      const written = readFileSync(file, 'utf8');
      expect(written).toContain('// Mine, and it stays.');
      expect(written).toContain(apiKey);
      expect(statSync(file).mode).toBe(modeBefore);
      const backup = /kept as (\S+?)\.? /.exec((await result.textContent()) ?? '')?.[1] ?? '';
      expect(readFileSync(backup, 'utf8')).toBe(BEFORE);
      expect(statSync(backup).mode & 0o777).toBe(0o600);
      await difference.waitFor({ state: 'hidden' });

      await connect.getByRole('button', { name: 'Undo' }).click();
      await connect.getByText(`Restored ${file}.`).waitFor();
      expect(readFileSync(file, 'utf8')).toBe(BEFORE);
      await connect.getByRole('button', { name: 'Undo' }).waitFor({ state: 'hidden' });
      expect(readdirSync(folder)).toEqual([path.basename(file)]);

      // The tool's token is a token like others.
      const access = await showPanelTab(page, 'access');
      const card = access.locator('.card').filter({ hasText: 'OpenCode' });
      await card.getByRole('button', { name: /^Revoke the token/ }).click();
      await dialog(page, 'Revoke the access token').getByRole('button', { name: 'Revoke Access Token' }).click();
      await card.waitFor({ state: 'hidden' });
      expect(await client.get('/models', apiKey)).toBe(401);

      await waitUntil('the log is written', () => readEditorFiles(folders).size > 0);
      for (const [name, text] of readEditorFiles(folders))
        expect(text.includes(apiKey), `a token in ${name}`).toBe(false);
    },
  );
});
