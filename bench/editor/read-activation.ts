import type { Page } from 'playwright-core';
import { runCommand } from '../../test/workbench/support/workbench-page.ts';

/** How the editor itself timed an extension, in milliseconds. */
export interface Activation {
  readonly loadMs: number;
  /** The call of `activate()`. */
  readonly callMs: number;
  /** What it still had to wait for. */
  readonly finishMs: number;
}

/** Reads the table that *Developer: Startup Performance* shows. */
export const readActivation = async (page: Page, extensionId: string): Promise<Activation> => {
  await runCommand(page, 'Developer: Startup Performance');
  const editor = page.locator('.editor-instance .monaco-editor').first();
  await editor.locator('.view-line').first().waitFor();
  for (;;) {
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Control+C');
    const text = String(await page.evaluate('navigator.clipboard.readText()'));
    const row = text.split('\n').find((line) => line.includes(extensionId) && line.includes('|'));
    const numbers = row?.split('|').flatMap((cell) => (/^\s*\d+(?:\.\d+)?\s*$/.test(cell) ? [Number(cell)] : []));
    const [loadMs, callMs, finishMs] = numbers ?? [];
    if (loadMs !== undefined && callMs !== undefined && finishMs !== undefined) return { loadMs, callMs, finishMs };
    await editor.locator('.view-line').last().waitFor();
  }
};
