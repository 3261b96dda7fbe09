import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { installExtension } from './support/installed-extension.ts';
import { keepScreenshot } from './support/keep-screenshot.ts';
import { withPortside } from './support/with-portside.ts';
import { dialog, notification, readClipboard, remark, runCommand } from './support/workbench-page.ts';

const environment = { CURSOR_API_KEY: 'crsr_network' };

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

/** The status of a request that comes under another name than 127.0.0.1, as from a container. */
const askAs = async (port: number, host: string, token: string): Promise<number | undefined> => {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const headers = { host, authorization: `Bearer ${token}` };
  request({ host: '127.0.0.1', port, path: '/v1/models', headers }, (response) => {
    response.resume();
    resolve(response.statusCode);
  })
    .on('error', reject)
    .end();
  return promise;
};

test.runIf(process.platform === 'linux')('containers are let in by one step, which says what it does', async () => {
  const port = await findFreePort();
  await withPortside(
    {
      name: 'docker',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port },
      environment,
    },
    async ({ page, status }) => {
      const address = `host.docker.internal:${port}`;
      await runCommand(page, 'Portside: Start Server');
      await status.filter({ hasText: `:${port}` }).waitFor({ timeout: 15_000 });
      await runCommand(page, 'Portside: Copy Access Token');
      await remark(page, 'Copied the access token').waitFor();
      const token = await readClipboard(page);
      expect(await askAs(port, address, token)).toBe(403);

      await runCommand(page, 'Portside: Allow Docker Containers');
      const consent = dialog(page, 'Let Docker containers reach Portside?');
      await consent.waitFor();
      expect(await consent.textContent()).toMatch(/0\.0\.0\.0.*Other machines.*nothing is encrypted/s);
      await keepScreenshot(page, 'allow-docker');
      await consent.getByRole('button', { name: 'Allow and Restart' }).click();
      const told = notification(page, `Containers reach Portside at http://${address}/v1`);
      await told.getByRole('button', { name: 'Copy URL' }).click({ timeout: 30_000 });
      await remark(page, `Copied http://${address}/v1`).waitFor();
      expect(await readClipboard(page)).toBe(`http://${address}/v1`);
      await status.filter({ hasText: `:${port}` }).waitFor();
      expect(await askAs(port, address, token)).toBe(200);
      expect(await askAs(port, 'rebound.example', token)).toBe(403);

      await status.hover();
      const tooltip = page.locator('.workbench-hover').filter({ hasText: 'Other machines can reach this server' });
      await tooltip.filter({ hasText: 'is not encrypted' }).waitFor();
      await keepScreenshot(page, 'open-to-network', 'lower-left');
      await page.mouse.move(700, 200);
      // The step restarts the server itself.
      expect(await notification(page, 'apply after a restart').count()).toBe(0);
    },
  );
});

test.runIf(process.platform === 'linux')(
  'containers are let in by a window that waits, which then serves',
  async () => {
    const port = await findFreePort();
    await withPortside(
      {
        name: 'docker-while-waiting',
        extensions: extension?.folder ?? '',
        settings: { 'portside.port': port, 'portside.autoStart': true },
        environment,
      },
      async ({ page, status, openWindow }) => {
        await status
          .filter({ hasText: `:${port}` })
          .locator('.codicon-radio-tower')
          .waitFor({ timeout: 30_000 });
        const second = await openWindow();
        await second.status
          .filter({ hasText: `:${port}` })
          .locator('.codicon-link')
          .waitFor({ timeout: 30_000 });
        await runCommand(second.page, 'Portside: Allow Docker Containers');
        const consent = dialog(second.page, 'Let Docker containers reach Portside?');
        await consent.waitFor();
        expect(await consent.textContent()).toContain('This window then serves instead of another window, workspace.');
        await consent.getByRole('button', { name: 'Allow and Restart' }).click();
        await notification(second.page, `Containers reach Portside at http://host.docker.internal:${port}/v1`).waitFor({
          timeout: 30_000,
        });
        await second.status
          .filter({ hasText: `:${port}` })
          .locator('.codicon-unlock')
          .waitFor();
        await status
          .filter({ hasText: `:${port}` })
          .locator('.codicon-link')
          .waitFor({ timeout: 15_000 });
        await runCommand(second.page, 'Portside: Copy Access Token');
        await remark(second.page, 'Copied the access token').waitFor();
        const token = await readClipboard(second.page);
        expect(await askAs(port, `host.docker.internal:${port}`, token)).toBe(200);

        await runCommand(page, 'Portside: Allow Docker Containers');
        await notification(page, 'Containers may not reach Portside yet')
          .getByRole('button', { name: 'Take Over Server' })
          .waitFor();
      },
    );
  },
);

test('a server without tokens says so for as long as it runs, and never serves other machines', async () => {
  const port = await findFreePort();
  await withPortside(
    {
      name: 'no-token',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port, 'portside.requireToken': false, 'portside.host': '0.0.0.0' },
      environment,
    },
    async ({ page, status }) => {
      await runCommand(page, 'Portside: Start Server');
      const refusal = notification(page, 'requireToken');
      await refusal.getByRole('button', { name: 'Open Settings' }).waitFor({ timeout: 15_000 });
      await page.getByRole('button', { name: 'Portside: The server could not start.', exact: true }).waitFor();
      await keepScreenshot(page, 'no-token-refused');
      expect(await status.textContent()).toContain('Portside');
    },
  );
  await withPortside(
    {
      name: 'no-token-here',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port, 'portside.requireToken': false },
      environment,
    },
    async ({ page, status }) => {
      await runCommand(page, 'Portside: Start Server');
      await status
        .filter({ hasText: `:${port}` })
        .locator('.codicon-unlock')
        .waitFor({ timeout: 30_000 });
      await status.hover();
      await page.locator('.workbench-hover').filter({ hasText: 'No access token is required' }).waitFor();
      await keepScreenshot(page, 'no-token', 'lower-left');
      expect((await fetch(`http://127.0.0.1:${port}/v1/models`)).status).toBe(200);
    },
  );
});
