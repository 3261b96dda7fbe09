import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { readEditorFiles } from './support/editor-files.ts';
import { installExtension } from './support/installed-extension.ts';
import { changeMachineSettings } from './support/panel-settings.ts';
import { openPanel, panelContent, showPanelTab } from './support/panel-page.ts';
import { listRuns, useServing } from './support/panel-server.ts';
import { waitUntil } from './support/wait-until.ts';
import { withPortside } from './support/with-portside.ts';
import { choice, dialog, notification, passwordInput, readClipboard, runCommand } from './support/workbench-page.ts';

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

const LOOK = {
  type: 'function',
  function: { name: 'look_around', parameters: { type: 'object', properties: { at: { type: 'string' } } } },
};

test('tokens, accounts and conversations are shown and ended in the panel', async () => {
  const port = await findFreePort();
  await withPortside(
    {
      name: 'panel-access',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port },
      scenario: {
        rules: [
          {
            when: { prompt: 'slowly' },
            then: [{ text: 'One word after another. '.repeat(200), chunk: 4, everyMs: 20 }],
          },
          {
            when: { prompt: 'Look' },
            then: [{ call: { tool: 'look_around', args: { at: 'the sea' } } }, { text: 'Seen.' }],
          },
          { then: [{ text: 'Hello Ada.' }, { usage: { input: 10, output: 3 } }] },
        ],
      },
    },
    async ({ page, simulator, folders }) => {
      const access = await openPanel(page, 'access');
      await access.getByText('Portside is not signed in to Cursor.').waitFor();
      await access.getByRole('button', { name: 'Sign in' }).click();
      await choice(page, 'Use an API key').click();
      await passwordInput(page).fill('crsr_ada_of_the_panel');
      await page.keyboard.press('Enter');
      const accounts = access.locator('section').filter({ hasText: 'Cursor accounts' });
      const account = (name: string) => accounts.locator('.card').filter({ hasText: name });
      await account('ada@simulator.invalid').filter({ hasText: 'Default' }).waitFor({ timeout: 30_000 });
      await runCommand(page, 'Portside: Start Server');
      const client = await useServing(page, port);

      // A token is shown once, works at once, and stops at once.
      await access.getByRole('button', { name: 'Create token' }).click();
      await access.getByRole('button', { name: 'Create', exact: true }).click();
      await access.getByText('Give the token a name').waitFor();
      await access.getByRole('textbox', { name: 'Name' }).fill('laptop');
      await access.getByRole('button', { name: 'Create', exact: true }).click();
      const shown = access.locator('.created-token-text');
      const token = (await shown.textContent()) ?? '';
      expect(token).toMatch(/^portside_\S{40,}$/);
      expect(await client.get('/models', token)).toBe(200);
      await access.getByRole('button', { name: 'Copy token' }).click();
      await waitUntil('the token is copied', async () => (await readClipboard(page)) === token);
      await runCommand(page, 'View: Show Explorer');
      await access.waitFor({ state: 'hidden' });
      await runCommand(page, 'Portside: Open Panel');
      const card = access.locator('.card').filter({ hasText: 'laptop' });
      await card.waitFor();
      await card.locator('.fact').filter({ hasText: 'Requests' }).locator('dd').filter({ hasText: /^1$/ }).waitFor();
      expect(await card.locator('.fact').filter({ hasText: 'Last used' }).textContent()).not.toContain('Never');
      expect(await shown.count()).toBe(0);
      expect(await access.textContent()).not.toContain(token);

      const open = await client.stream('Tell it slowly.', { token });
      await waitUntil('the answer has begun', () => open.text.includes('One'));
      await card.getByRole('button', { name: 'Revoke the token laptop' }).click();
      await dialog(page, 'Revoke the access token "laptop"?')
        .getByRole('button', { name: 'Revoke Access Token' })
        .click();
      const end = await open.whole;
      expect(end).toMatch(/"error":/);
      expect(end).not.toContain('"finish_reason":"stop"');
      expect(await client.get('/models', token)).toBe(401);
      await card.waitFor({ state: 'hidden' });
      await waitUntil('its run has ended', async () => (await listRuns({ simulator }))[0]?.status === 'cancelled');

      // A second account by its key; the default one is another, then gone.
      await accounts.getByRole('button', { name: 'Add account' }).click();
      await choice(page, 'Use an API key').click();
      await passwordInput(page).fill('crsr_bob_of_the_panel');
      await page.keyboard.press('Enter');
      await account('bob@simulator.invalid').getByRole('button', { name: 'Make default' }).click({ timeout: 30_000 });
      await account('bob@simulator.invalid').locator('.badge').filter({ hasText: 'Default' }).waitFor();
      await account('ada@simulator.invalid').getByRole('button', { name: 'Sign out' }).click();
      await dialog(page, 'Sign out of ada@simulator.invalid?').getByRole('button', { name: 'Sign Out' }).click();
      await account('ada@simulator.invalid').waitFor({ state: 'hidden' });

      const sessions = await showPanelTab(page, 'sessions');
      await sessions.getByText('Nothing is kept now').waitFor();
      await (
        await client.stream('Good morning.', { headers: { 'x-cursor-session-id': 'my-notebook' } })
      ).whole;
      await (
        await client.stream('Good evening.', { headers: { 'x-cursor-session-id': 'my-notebook' } })
      ).whole;
      const messages = [
        { role: 'user', content: 'My name is Ada.' },
        { role: 'assistant', content: 'Hello Ada.' },
        { role: 'user', content: 'What is my name?' },
      ];
      for (const said of [messages.slice(0, 1), messages])
        await (
          await client.stream('', { body: { messages: said } })
        ).whole;
      expect(await (await client.stream('Look at the sea.', { body: { tools: [LOOK] } })).whole).toContain(
        'look_around',
      );
      const group = (title: string) => sessions.locator('.session-group').filter({ hasText: title });
      await group('Named sessions').getByText('my-notebook').waitFor();
      await group('Held tool calls').getByText('Waits for: look_around').waitFor();
      await group('Conversations (1)').locator('.card').waitFor();
      for (const title of ['Named sessions', 'Conversations']) {
        const facts = group(title).locator('.fact');
        await facts.filter({ hasText: 'Turns' }).locator('dd').filter({ hasText: /^2$/ }).waitFor();
        await facts.filter({ hasText: 'Tokens' }).locator('dd').filter({ hasText: '26' }).waitFor();
        await facts.filter({ hasText: 'Access token' }).getByText('default').waitFor();
      }
      await group('Held tool calls')
        .getByRole('button', { name: /^Close / })
        .click();
      await group('Held tool calls').waitFor({ state: 'hidden' });
      await waitUntil(
        'the held run has ended',
        async () => (await listRuns({ simulator })).at(-1)?.status === 'cancelled',
      );
      expect(await client.get('/sessions/my-notebook')).toBe(200);
      await group('Named sessions').getByRole('button', { name: 'Close my-notebook' }).click();
      await group('Named sessions').waitFor({ state: 'hidden' });
      expect(await client.get('/sessions/my-notebook')).toBe(404);
      await sessions.getByRole('button', { name: 'Close all' }).click();
      await dialog(page, 'Close all conversations?').getByRole('button', { name: 'Close All' }).click();
      await sessions.getByText('Nothing is kept now').waitFor();

      await showPanelTab(page, 'access');
      changeMachineSettings(folders, { 'portside.requireToken': false });
      await notification(page, 'restart')
        .getByRole('button', { name: /Restart/ })
        .click();
      await panelContent(page, 'access')
        .locator('.warning-list')
        .getByText(/token/)
        .first()
        .waitFor({ timeout: 30_000 });

      await waitUntil('the log is written', () => readEditorFiles(folders).size > 0);
      for (const [file, text] of readEditorFiles(folders)) {
        for (const secret of [token, client.token, 'crsr_ada_of', 'crsr_bob_of'])
          expect(text.includes(secret), `a secret in ${file}`).toBe(false);
      }
    },
  );
});
