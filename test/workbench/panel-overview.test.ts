import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { installExtension } from './support/installed-extension.ts';
import { isPortOpen } from './support/is-port-open.ts';
import { findPanelFrame } from './support/panel-frame.ts';
import { openPanel, showPanelTab } from './support/panel-page.ts';
import { tryNetwork } from './support/panel-network.ts';
import { useServing } from './support/panel-server.ts';
import { waitUntil } from './support/wait-until.ts';
import { withPortside } from './support/with-portside.ts';
import { readClipboard, remark, runCommand } from './support/workbench-page.ts';

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

const titleAction = (page: Page, name: string) =>
  page.locator('.part.sidebar .composite.title, .part.sidebar .pane-header').getByRole('button', { name }).first();

test('the overview starts, counts, and says which window serves', async () => {
  const port = await findFreePort();
  await withPortside(
    {
      name: 'panel-overview',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port },
      environment: { CURSOR_API_KEY: 'crsr_ada' },
      scenario: {
        rules: [
          {
            when: { prompt: 'slowly' },
            then: [{ text: 'One word after another. '.repeat(50), chunk: 4, everyMs: 20 }],
          },
          { then: [{ text: 'It is a fine day.' }, { usage: { input: 1200, output: 34 } }] },
        ],
      },
    },
    async ({ page, openWindow, refusedRequests }) => {
      const overview = await openPanel(page, 'overview');
      await overview.getByRole('heading', { name: 'Stopped' }).waitFor();
      await overview.getByRole('button', { name: 'Start server' }).click();
      await overview.getByRole('heading', { name: 'Running' }).waitFor({ timeout: 30_000 });
      const client = await useServing(page, port);
      await overview.getByRole('button', { name: 'Copy Base URL' }).click();
      await remark(page, 'Copied Base URL').waitFor();
      expect(await readClipboard(page)).toBe(client.baseUrl);
      await overview.getByText('ada@simulator.invalid').waitFor();

      const tile = (name: string) => overview.locator('.tile').filter({ hasText: name }).locator('dd');
      await (
        await client.stream('What is the weather like?')
      ).whole;
      await tile('Answered').filter({ hasText: '1 today' }).waitFor();
      await tile('Tokens').filter({ hasText: '1.2K in, 34 out' }).waitFor();
      const slow = await client.stream('Tell it slowly.');
      await tile('Running now')
        .filter({ hasText: /^\s*1\s/ })
        .waitFor();
      await overview.getByRole('img', { name: /^Requests per minute in the last half hour: [1-9]/ }).waitFor();

      // The page may ask nobody: not this machine, not the server, not another host.
      const heard: string[] = [];
      const listener = createServer((request, response) => {
        heard.push(request.url ?? '');
        response.end();
      }).listen(0, '127.0.0.1');
      try {
        await waitUntil('the other server listens', () => listener.listening);
        const frame = await findPanelFrame(page);
        const hosts = [
          `127.0.0.1:${port}`,
          `127.0.0.1:${(listener.address() as AddressInfo).port}`,
          'portside.invalid',
        ];
        for (const host of hosts) {
          const reached = await tryNetwork(frame, host);
          expect(reached, host).toEqual([]);
        }
        expect(heard).toEqual([]);
        expect(refusedRequests.filter((url) => url.includes('portside.invalid'))).toEqual([]);
        await tile('Answered').filter({ hasText: '2 today' }).waitFor();
      } finally {
        listener.close();
      }

      await titleAction(page, 'Stop Server').click();
      await overview.getByRole('heading', { name: 'Stopped' }).waitFor();
      await slow.whole.catch(() => {});
      expect(await isPortOpen(port)).toBe(false);
      await titleAction(page, 'Start Server').click();
      await overview.getByRole('heading', { name: 'Running' }).waitFor({ timeout: 30_000 });

      const second = await openWindow();
      await runCommand(second.page, 'Portside: Start Server');
      const other = await openPanel(second.page, 'overview');
      await other.getByRole('heading', { name: 'Served by another window' }).waitFor({ timeout: 30_000 });
      await other.getByText(client.baseUrl).first().waitFor();
      await other.getByRole('button', { name: 'Take over' }).click();
      await other.getByRole('heading', { name: 'Running' }).waitFor({ timeout: 30_000 });
      await page.bringToFront();
      await overview.getByRole('heading', { name: 'Served by another window' }).waitFor({ timeout: 15_000 });
      await showPanelTab(page, 'requests');
    },
  );
});
