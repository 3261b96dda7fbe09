import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { parseScenario } from '../../src/simulator/main.ts';
import type { ScreenOptions } from '../../test/workbench/support/browser.ts';
import { waitUntil } from '../../test/workbench/support/wait-until.ts';
import { type PortsideWorkbench, withPortside } from '../../test/workbench/support/with-portside.ts';
import { COLOR_THEMES, type ColorTheme } from '../../test/workbench/support/workbench-look.ts';
import { readClipboard, remark, runCommand } from '../../test/workbench/support/workbench-page.ts';

/** The port that everybody has. */
export const PORT = 8765;

export const BASE_URL = `http://127.0.0.1:${PORT}/v1`;

const scenario = parseScenario(readFileSync(path.join(import.meta.dirname, 'scenario.json'), 'utf8'));

/** Opens a workbench to take pictures of: a believable project, a simulated account, a look. */
export const withScene = (
  options: { readonly extensions: string; readonly theme: ColorTheme; readonly screen: ScreenOptions },
  work: (workbench: PortsideWorkbench) => Promise<void>,
): Promise<void> =>
  withPortside(
    {
      name: `screenshots-${options.theme}`,
      extensions: options.extensions,
      settings: {
        'portside.port': PORT,
        'workbench.colorTheme': COLOR_THEMES[options.theme].name,
        'window.commandCenter': false,
        'editor.minimap.enabled': false,
      },
      environment: { CURSOR_API_KEY: 'crsr_ada_of_the_pictures' },
      scenario,
      screen: options.screen,
      workspace: path.join(import.meta.dirname, 'workspace'),
    },
    work,
  );

/** Starts the server and waits until it can answer; gives the default access token. */
export const startServer = async (page: Page): Promise<string> => {
  await runCommand(page, 'Portside: Start Server');
  await page
    .getByRole('button', { name: `Portside: Running on port ${PORT}.`, exact: true })
    .waitFor({ timeout: 60_000 });
  await runCommand(page, 'Portside: Copy Access Token');
  await remark(page, 'Copied the access token').waitFor();
  return readClipboard(page);
};

/** Waits for what a remark in the status bar and an open tooltip leave behind. */
export const settle = async (page: Page): Promise<void> => {
  await page.mouse.move(640, 20);
  await remark(page, 'Copied').waitFor({ state: 'hidden' });
  await waitUntil('no tooltip is open', async () => (await page.locator('.workbench-hover:visible').count()) === 0);
};
