import type { Page } from 'playwright-core';
import { showPanelTab } from './panel-page.ts';

/** All that the panel can look like while the server runs and there is something to show, by name. */
export const PANEL_LOOKS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  overview: async (page) => {
    const overview = await showPanelTab(page, 'overview');
    await overview.getByRole('img').first().waitFor();
  },
  requests: async (page) => {
    const requests = await showPanelTab(page, 'requests');
    const close = requests.locator('.request-detail').getByRole('button', { name: /^(Back to the list|Close)$/ });
    if ((await close.count()) > 0) await close.click();
    await requests.locator('.request-rows [role=row]').first().waitFor();
  },
  request: async (page) => {
    const requests = await showPanelTab(page, 'requests');
    const detail = requests.locator('.request-detail');
    if ((await detail.count()) === 0) await requests.locator('.request-rows [role=row]').first().click();
    await detail.locator('.waterfall').waitFor();
  },
  sessions: async (page) => {
    const sessions = await showPanelTab(page, 'sessions');
    await sessions.locator('.card').first().waitFor();
  },
  access: async (page) => {
    const access = await showPanelTab(page, 'access');
    await access.locator('.card').first().waitFor();
    const cancel = access.getByRole('button', { name: 'Cancel' });
    if ((await cancel.count()) > 0) await cancel.click();
    await cancel.waitFor({ state: 'hidden' });
  },
  'new token': async (page) => {
    const access = await showPanelTab(page, 'access');
    const create = access.getByRole('button', { name: 'Create token' });
    if ((await create.count()) > 0) await create.click();
    await access.getByRole('button', { name: 'Create', exact: true }).click();
    await access.getByText('Give the token a name').waitFor();
  },
  tools: async (page) => {
    const connect = await showPanelTab(page, 'connect');
    const back = connect.getByRole('button', { name: 'All tools' });
    if ((await back.count()) > 0) await back.click();
    await connect.getByRole('option', { name: 'OpenCode' }).waitFor();
  },
  tool: async (page) => {
    const connect = await showPanelTab(page, 'connect');
    const option = connect.getByRole('option', { name: 'OpenCode' });
    if ((await option.count()) > 0) await option.click();
    await connect.getByRole('group', { name: 'Snippet of step 1' }).waitFor();
  },
};
