import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { openPanel, showPanelTab } from '../../test/workbench/support/panel-page.ts';
import { openStep, openWalkthrough, walkthroughPicture } from '../../test/workbench/support/walkthrough-page.ts';
import { setSideBarWidth } from '../../test/workbench/support/workbench-look.ts';
import { answerInput, choice, dialog, remark, runCommand } from '../../test/workbench/support/workbench-page.ts';
import { ask, HISTORY } from './clients.ts';
import { BASE_URL, PORT, settle, startServer, withScene } from './set-up.ts';

const imagesFolder = path.resolve(import.meta.dirname, '../../docs/images');

const PANEL_WIDTH = 480;

/** Enough for the list with the details beside it. */
const WIDE_PANEL_WIDTH = 900;

type Clip = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Makes a token as people do. */
const createToken = async (page: Page, name: string): Promise<void> => {
  await runCommand(page, 'Portside: Create Access Token');
  await answerInput(page, 'Create Access Token (1/2)', name);
  await choice(page, 'Expiry').waitFor();
  await page.keyboard.press('Enter');
  await dialog(page, `The access token "${name}"`)
    .getByRole('button', { name: /^(OK|Cancel|Close)$/ })
    .click();
  await remark(page, `Created the access token ${name}`).waitFor();
};

/** Takes all pictures in one colour theme: `<name>-<theme>.png`. */
export const takePictures = async (theme: 'dark' | 'light', extensions: string): Promise<void> => {
  mkdirSync(imagesFolder, { recursive: true });
  const screen = { width: 1280, height: 820, deviceScaleFactor: 1.5 };
  await withScene({ extensions, theme, screen }, async ({ page, status }) => {
    const take = async (name: string, clip?: Clip): Promise<void> => {
      await page.screenshot({
        path: path.join(imagesFolder, `${name}-${theme}.png`),
        animations: 'disabled',
        ...(clip === undefined ? { scale: 'css' } : { clip }),
      });
      process.stdout.write(`docs/images/${name}-${theme}.png\n`);
    };
    /** The panel with the activity bar, without the title bar of the window. */
    const takePanel = async (name: string, width = PANEL_WIDTH): Promise<void> =>
      take(name, { x: 0, y: 30, width: 56 + width, height: screen.height - 30 });

    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    await openWalkthrough(page);
    await openStep(page, 'start');
    await walkthroughPicture(page).getByText(BASE_URL).waitFor();
    await take('walkthrough');
    await runCommand(page, 'View: Close All Editors');

    const token = await startServer(page);
    await settle(page);
    await status.hover();
    const tooltip = page.locator('.workbench-hover').filter({ hasText: BASE_URL });
    await tooltip.waitFor();
    await take('status-bar', { x: 0, y: screen.height - 260, width: 720, height: 260 });
    await settle(page);

    const documents = await page.context().newPage();
    await documents.emulateMedia({ colorScheme: theme });
    await documents.goto(new URL('/docs', BASE_URL).href);
    await documents.getByText('/v1/chat/completions', { exact: true }).first().waitFor();
    await documents.screenshot({ path: path.join(imagesFolder, `api-docs-${theme}.png`), scale: 'css' });
    process.stdout.write(`docs/images/api-docs-${theme}.png\n`);
    await documents.close();

    for (const name of ['Nightly report', 'Laptop']) await createToken(page, name);
    for (const question of HISTORY) await ask(question, { baseUrl: BASE_URL, token });

    const running = new AbortController();
    const asking = { baseUrl: BASE_URL, token, signal: running.signal };
    const answers = [
      ask({ client: 'openCode', prompt: 'Review the whole harbour.' }, asking),
      ask({ client: 'continue', prompt: 'Review the whole harbour, briefly.' }, asking),
    ];
    await openPanel(page, 'overview');
    await setSideBarWidth(page, PANEL_WIDTH);
    await status.filter({ hasText: `:${PORT} (2)` }).waitFor();
    await settle(page);
    await takePanel('overview');

    const requests = await showPanelTab(page, 'requests');
    await setSideBarWidth(page, WIDE_PANEL_WIDTH);
    await requests.getByRole('row').filter({ hasText: 'Continue' }).last().click();
    await requests.getByText('Where the time went').or(requests.getByText('Timing')).first().waitFor();
    await takePanel('requests', WIDE_PANEL_WIDTH);
    await setSideBarWidth(page, PANEL_WIDTH);

    await showPanelTab(page, 'sessions');
    await takePanel('sessions');
    await showPanelTab(page, 'access');
    await takePanel('access');

    const connect = await showPanelTab(page, 'connect');
    await connect.getByText('OpenCode', { exact: true }).first().click();
    await connect.getByText('opencode.json').first().waitFor();
    await takePanel('connect');

    running.abort();
    await Promise.all(answers);
    await runCommand(page, 'Portside: Stop Server');
  });
};
