import { execFile } from 'node:child_process';
import { Agent, get } from 'node:http';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { findTextInFiles } from './support/editor-files.ts';
import { installExtension } from './support/installed-extension.ts';
import { openPanel, panelContent, panelFrame, showPanelTab } from './support/panel-page.ts';
import { listRuns, type PanelClient, useServing } from './support/panel-server.ts';
import { waitUntil } from './support/wait-until.ts';
import { withPortside } from './support/with-portside.ts';
import { setSideBarWidth } from './support/workbench-look.ts';
import { readClipboard, remark, runCommand } from './support/workbench-page.ts';

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

const MANY = 2_000;
/** What is in sight, and some more above and below. */
const MOST_ROWS = 100;

const askManyTimes = async ({ baseUrl, token }: PanelClient, count: number): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const askOnce = (): Promise<void> =>
    new Promise((resolve, reject) => {
      get(`${baseUrl}/models`, { agent, headers: { authorization: `Bearer ${token}` } }, (response) =>
        response.resume().once('end', resolve).once('error', reject),
      ).once('error', reject);
    });
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await askOnce();
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  agent.destroy();
};

test('requests are watched, cancelled, copied and filtered', async () => {
  const port = await findFreePort();
  await withPortside(
    {
      name: 'panel-requests',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port },
      environment: { CURSOR_API_KEY: 'crsr_ada' },
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
    async ({ page, simulator, folders }) => {
      await runCommand(page, 'Portside: Start Server');
      const client = await useServing(page, port);
      const requests = await openPanel(page, 'requests');
      await setSideBarWidth(page, 520);
      await requests.getByText('No requests yet').waitFor();
      const rows = requests.locator('.request-rows [role=row]');
      const detail = requests.locator('.request-detail');
      const backToList = async (): Promise<void> => {
        await detail.getByRole('button', { name: /^(Back to the list|Close)$/ }).click();
        await detail.waitFor({ state: 'hidden' });
      };
      const openRow = async (row: Locator): Promise<void> => {
        await row.click();
        await detail.locator('.waterfall').waitFor();
      };

      expect(await client.get('/models', 'nobody_knows_this_token')).toBe(401);
      const failed = rows.filter({ hasText: '401' });
      await openRow(failed);
      await detail.getByText('Failed', { exact: true }).waitFor();
      await detail.getByText('HTTP 401').waitFor();
      expect(await detail.textContent()).not.toContain('nobody_knows');
      await backToList();

      const capture = requests.getByRole('button', { name: 'Capture bodies' });
      await capture.click();
      await requests.locator('button[aria-label="Capture bodies"][aria-pressed=true]').waitFor();
      const slow = await client.stream('Tell it slowly.');
      await openRow(rows.and(requests.locator('.is-running')));
      await detail.getByText('Until first output').waitFor();
      const answer = detail.getByRole('region', { name: 'Answer', exact: true });
      await answer.filter({ hasText: 'One word' }).waitFor();
      const soFar = (await answer.textContent())?.length ?? 0;
      await waitUntil('the answer grows in the panel', async () => ((await answer.textContent())?.length ?? 0) > soFar);
      await detail.getByRole('button', { name: 'Cancel' }).click();
      expect(await slow.whole).toMatch(/"code":\s*"request_cancelled"/);
      await waitUntil('the run is cancelled', async () => (await listRuns({ simulator }))[0]?.status === 'cancelled');
      await detail.locator('.detail-outcome').getByText('Cancelled', { exact: true }).waitFor();
      expect(await detail.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
      await backToList();
      await rows.filter({ hasText: 'Cancelled' }).waitFor();

      await (
        await client.stream('What is the weather like?')
      ).whole;
      await openRow(rows.last());
      await detail.getByText('It is a fine day.').first().waitFor();
      await detail.getByText('What is the weather like?').first().waitFor();
      await detail.getByRole('button', { name: 'Open in editor' }).click();
      await detail.getByRole('button', { name: 'Copy as curl' }).click();
      await remark(page, 'Copied as curl').waitFor();
      const command = await readClipboard(page);
      expect(command).not.toContain(client.token);
      const { stdout } = await promisify(execFile)('sh', ['-c', command], {
        env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', PORTSIDE_TOKEN: client.token },
        timeout: 20_000,
      });
      expect(stdout).toContain('data: [DONE]');
      expect((await listRuns({ simulator })).at(-1)?.prompt).toContain('What is the weather like?');
      await detail.getByRole('button', { name: 'Copy Request ID' }).click();
      await remark(page, 'Copied Request ID').waitFor();
      const requestId = await readClipboard(page);
      const shown = page.locator('.editor-group-container .view-lines').filter({ hasText: requestId });
      await shown.waitFor();
      const tab = page.getByRole('tab', { name: /request-\d+\.json/ });
      // Whatever can be edited is copied to the disk after a while, and is marked as changed at once.
      expect(await tab.getAttribute('class')).not.toContain('dirty');
      await shown.click();
      await page.keyboard.type('words');
      await page.getByRole('paragraph').filter({ hasText: 'Cannot edit in read-only editor' }).waitFor();

      // It was open for a while now.
      expect(findTextInFiles(folders.userData, 'What is the weather like?')).toEqual([]);

      // What was captured goes with the switch.
      await detail.locator('vscode-checkbox').click();
      await tab.waitFor({ state: 'detached' });
      await detail.getByText('Nothing was captured of this request.').waitFor();
      expect(await detail.textContent()).not.toContain('It is a fine day.');
      await backToList();

      await waitUntil('all four are listed', async () => (await rows.count()) === 4);
      const status = requests.getByRole('combobox', { name: 'Status' });
      await status.selectOption('failed');
      await waitUntil('the failed one is listed', async () => (await rows.allTextContents()).join().includes('401'));
      expect(await rows.count()).toBe(1);
      await status.selectOption('all');
      await requests.getByRole('combobox', { name: 'Model' }).selectOption('composer-2.5');
      await waitUntil('three are of this model', async () => (await rows.count()) === 3);
      await requests.getByRole('combobox', { name: 'Model' }).selectOption('');
      const filter = requests.locator('.filter-text input');
      await filter.fill('nothing is called that');
      await requests.getByText('No request fits the filter').waitFor();
      await filter.fill('OpenAI/JS');
      await waitUntil('those of this client are listed', async () => (await rows.count()) === 3);

      // Hidden behind another view, and with the whole side bar: nothing is lost.
      await rows.last().click();
      await detail.locator('.waterfall').waitFor();
      await backToList();
      const listed = await rows.evaluateAll((all) => all.map(({ id }) => id));
      for (const [hide, show] of [
        ['View: Show Explorer', 'Portside: Open Panel'],
        ['View: Toggle Primary Side Bar Visibility', 'View: Toggle Primary Side Bar Visibility'],
      ] as const) {
        await runCommand(page, hide);
        await requests.waitFor({ state: 'hidden' });
        await runCommand(page, show);
        await panelContent(page, 'requests').waitFor();
        await waitUntil(
          'the same rows are there',
          async () => listed.join() === (await rows.evaluateAll((all) => all.map(({ id }) => id))).join(),
        );
        expect(await filter.inputValue()).toBe('OpenAI/JS');
        expect(await rows.last().getAttribute('aria-selected')).toBe('true');
      }
      await filter.fill('');

      await askManyTimes(client, MANY);
      const grid = requests.locator('[role=grid]');
      await waitUntil(
        'all are listed',
        async () => Number(await grid.getAttribute('aria-rowcount')) === MANY + 5,
        30_000,
      );
      const countRows = async (): Promise<number> => {
        const count = await rows.count();
        expect(count).toBeLessThan(MOST_ROWS);
        return count;
      };
      await waitUntil(
        'the newest is in sight',
        async () => (await rows.last().getAttribute('aria-rowindex')) === String(MANY + 5),
      );
      await countRows();
      for (const part of [0.8, 0.5, 0.2, 0]) {
        await grid.evaluate((element, share) => {
          element.scrollTop = element.scrollHeight * share;
        }, part);
        await waitUntil('rows are drawn there', async () => {
          const index = Number(await rows.first().getAttribute('aria-rowindex'));
          return Math.abs(index - MANY * part) < 60 && (await countRows()) > 5;
        });
      }
      // Whoever has scrolled away is left where they are, and can come back.
      await client.get('/models');
      await requests.getByRole('button', { name: '1 new' }).click();
      await waitUntil(
        'the newest is in sight again',
        async () => (await rows.last().getAttribute('aria-rowindex')) === String(MANY + 6),
      );
      await countRows();

      await requests.getByRole('button', { name: 'Clear what is over' }).click();
      await requests.getByText('No requests yet').waitFor();
      await showPanelTab(page, 'overview');
      await panelFrame(page).getByText('today').first().waitFor();
      expect(findTextInFiles(folders.userData, 'What is the weather like?')).toEqual([]);
    },
  );
});
