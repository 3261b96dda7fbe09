import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Simulator } from '../../src/simulator/main.ts';
import { findFreePort } from '../support/free-port.ts';
import { installExtension } from './support/installed-extension.ts';
import { findAccessibilityProblems } from './support/panel-axe.ts';
import { pressUntil, readFocus } from './support/panel-focus.ts';
import { type ColorPair, followScreen, setScreen } from './support/panel-colors.ts';
import { findPanelFrame } from './support/panel-frame.ts';
import { PANEL_LOOKS } from './support/panel-looks.ts';
import { openPanel, panelContent, panelTab } from './support/panel-page.ts';
import { listRuns, useServing } from './support/panel-server.ts';
import { waitUntil } from './support/wait-until.ts';
import { withPortside } from './support/with-portside.ts';
import { setSideBarWidth } from './support/workbench-look.ts';
import { readClipboard, remark, runCommand } from './support/workbench-page.ts';

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

const NARROW = 220;
const WIDE = 860;

/** Looks at the panel at its narrowest and wide, dark and light, in the themes of a pair. */
const findProblems = async (page: Page, pair: ColorPair): Promise<readonly string[]> => {
  const problems: string[] = [];
  for (const [screen, width, about] of [
    ['dark', WIDE, 'all'],
    ['dark', NARROW, 'all'],
    ['light', NARROW, 'colors'],
    ['light', WIDE, 'colors'],
  ] as const) {
    await setScreen(page, pair, screen);
    await setSideBarWidth(page, width);
    for (const [name, show] of Object.entries(PANEL_LOOKS)) {
      await show(page);
      const found = await findAccessibilityProblems(await findPanelFrame(page), about);
      problems.push(...found.map((problem) => `${name}, ${pair}, ${screen}, ${width}: ${problem}`));
    }
  }
  return problems;
};

const withPanel = async (
  name: string,
  pair: ColorPair,
  work: (page: Page, port: number, simulator: Simulator) => Promise<void>,
): Promise<void> => {
  const port = await findFreePort();
  await withPortside(
    {
      name,
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port, ...followScreen(pair) },
      environment: { CURSOR_API_KEY: 'crsr_ada' },
      screen: { width: 1400, height: 900 },
      scenario: {
        rules: [
          {
            when: { prompt: 'slowly' },
            then: [{ text: 'One word after another. '.repeat(200), chunk: 4, everyMs: 20 }],
          },
          { then: [{ text: 'It is a fine day.' }, { usage: { input: 7, output: 5 } }] },
        ],
      },
    },
    ({ page, simulator }) => work(page, port, simulator),
  );
};

test('the panel is used by the keyboard alone, and axe-core finds nothing serious', () =>
  withPanel('panel-keyboard', 'plain', async (page, port, simulator) => {
    await useKeyboard(page, port, simulator);
    expect(await findProblems(page, 'plain')).toEqual([]);
  }));

test('axe-core finds nothing serious in high contrast', () =>
  withPanel('panel-contrast', 'high contrast', async (page, port) => {
    await runCommand(page, 'Portside: Start Server');
    const client = await useServing(page, port);
    await openPanel(page, 'overview');
    await client.get('/models', 'nobody');
    await (
      await client.stream('What is it like?', { headers: { 'x-cursor-session-id': 'my-notebook' } })
    ).whole;
    expect(await findProblems(page, 'high contrast')).toEqual([]);
  }));

/** From the palette through every tab, with no mouse. Leaves requests and a session behind. */
const useKeyboard = async (page: Page, port: number, simulator: Simulator): Promise<void> => {
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  await runCommand(page, 'Portside: Open Panel');
  await panelTab(page, 'overview').waitFor({ timeout: 30_000 });
  await pressUntil(page, 'Tab', 'Overview');
  await pressUntil(page, 'Tab', 'Start server');
  await press('Enter');
  await panelContent(page, 'overview').getByRole('heading', { name: 'Running' }).waitFor({ timeout: 30_000 });
  const client = await useServing(page, port);
  const copyBaseUrl = async (): Promise<void> => {
    await runCommand(page, 'Portside: Open Panel');
    await pressUntil(page, 'Tab', 'Copy Base URL');
    await press('Enter');
    await remark(page, 'Copied Base URL').waitFor();
  };
  await copyBaseUrl();
  expect(await readClipboard(page)).toBe(client.baseUrl);

  await pressUntil(page, 'Shift+Tab', 'Overview');
  await press('ArrowRight');
  const requests = panelContent(page, 'requests');
  await requests.getByText('No requests yet').waitFor();
  await client.get('/models', 'nobody');
  await (
    await client.stream('What is it like?', { headers: { 'x-cursor-session-id': 'my-notebook' } })
  ).whole;
  const slow = await client.stream('Tell it slowly.');
  await requests.locator('.request-row.is-running').waitFor();
  await pressUntil(page, 'Tab', 'Filter by text');
  await page.keyboard.type('composer');
  await press('ArrowDown');
  expect((await readFocus(page))?.name).toBe('Requests');
  await press('ArrowUp');
  await press('End');
  await press('Enter');
  const detail = requests.locator('.request-detail');
  await detail.locator('.waterfall').waitFor();
  await pressUntil(page, 'Tab', 'Cancel');
  await press('Enter');
  expect(await slow.whole).toContain('request_cancelled');
  await waitUntil('the run is cancelled', async () => (await listRuns({ simulator })).at(-1)?.status === 'cancelled');
  await pressUntil(page, 'Tab', 'Copy as curl');
  await press('Space');
  await remark(page, 'Copied as curl').waitFor();
  await press('Escape');
  await detail.waitFor({ state: 'hidden' });
  expect((await readFocus(page))?.name).toBe('Requests');
  await pressUntil(page, 'Shift+Tab', 'Filter by text');
  await press('Escape');
  await requests.locator('.request-row').filter({ hasText: '401' }).waitFor();

  await pressUntil(page, 'Shift+Tab', 'Requests');
  await press('ArrowRight');
  const sessions = panelContent(page, 'sessions');
  await sessions.getByText('my-notebook').waitFor();
  await pressUntil(page, 'Tab', 'Copy ID of my-notebook');
  await press('Enter');
  await remark(page, 'Copied ID of my-notebook').waitFor();
  expect(await readClipboard(page)).toBe('my-notebook');
  await pressUntil(page, 'Shift+Tab', 'Sessions');

  await press('ArrowRight');
  const access = panelContent(page, 'access');
  await access.locator('.card').first().waitFor();
  await pressUntil(page, 'Tab', 'Create token');
  await press('Enter');
  await waitUntil('the name is asked for', async () => (await readFocus(page))?.name === 'Name');
  await page.keyboard.type('by keyboard');
  await press('Enter');
  await access.locator('.created-token-text').waitFor();
  await pressUntil(page, 'Tab', 'Copy token');
  await press('Enter');
  const created = await access.locator('.created-token-text').textContent();
  await waitUntil('the token is copied', async () => (await readClipboard(page)) === created);
  expect(await client.get('/models', created ?? '')).toBe(200);
  await pressUntil(page, 'Tab', 'Done');
  await press('Enter');
  await access.locator('.created-token-text').waitFor({ state: 'hidden' });
  await pressUntil(page, 'Tab', 'Revoke the token by keyboard');
  await press('Enter');
  await page.locator('.monaco-dialog-box').waitFor();
  await press('Enter');
  await access.locator('.card').filter({ hasText: 'by keyboard' }).waitFor({ state: 'hidden' });
  await runCommand(page, 'Portside: Connect a Tool');

  const connect = panelContent(page, 'connect');
  await connect.getByRole('combobox').waitFor();
  await waitUntil('the tab has the focus', async () => (await readFocus(page))?.name === 'Connect');
  await pressUntil(page, 'Tab', /^Which tool/);
  await page.keyboard.type('curl');
  await press('Enter');
  await connect.getByRole('heading', { name: 'curl' }).waitFor();
  await pressUntil(page, 'Tab', 'Copy the snippet of step 1');
  await press('Enter');
  await remark(page, 'Copied the settings for curl').waitFor();
  await pressUntil(page, 'Tab', 'Test');
  await press('Enter');
  await connect.getByText('It works:').waitFor({ timeout: 30_000 });
};
