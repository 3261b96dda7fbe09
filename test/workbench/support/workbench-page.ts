import type { Locator, Page } from 'playwright-core';

const rows = (page: Page, title: string): Locator =>
  page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();

/** How long an opened palette may take to show what it has. */
const PALETTE_MS = 4_000;

/** Runs a command from the palette by the title that a person reads. */
export const runCommand = async (page: Page, title: string, timeoutMs = 15_000): Promise<void> => {
  const input = page.locator('.quick-input-widget:visible input.input').first();
  // A notification or a late change of focus can swallow the key, and the palette has the commands that were there when it opened.
  for (let attempt = 1; ; attempt += 1) {
    await page.keyboard.press('F1');
    try {
      await input.waitFor({ state: 'visible', timeout: PALETTE_MS });
      await input.fill(`>${title}`);
      await rows(page, title).waitFor({ timeout: attempt === 4 ? timeoutMs : PALETTE_MS });
      break;
    } catch (error) {
      if (attempt === 4) throw error;
      await page.keyboard.press('Escape');
    }
  }
  await page.keyboard.press('Enter');
  await rows(page, title).waitFor({ state: 'hidden', timeout: timeoutMs });
};

/** A status-bar item; its element is called `<publisher>.<name>.<id given to createStatusBarItem>`. */
export const statusItem = (page: Page, extensionId: string, itemId: string): Locator =>
  page.locator(`[id="${extensionId}.${itemId}"]`);

/** The input box of a command that asks for a secret. */
export const passwordInput = (page: Page): Locator => page.locator('.quick-input-widget:visible input[type=password]');

/** A notification that holds `text`. */
export const notification = (page: Page, text: string | RegExp): Locator =>
  page.locator('.notifications-toasts .notification-toast').filter({ hasText: text });

/** What the status bar says for a moment after something was done. */
export const remark = (page: Page, text: string | RegExp): Locator =>
  page.locator('.statusbar .statusbar-item').filter({ hasText: text });

/** The question that stands before everything else. */
export const dialog = (page: Page, text: string | RegExp): Locator =>
  page.locator('.monaco-dialog-box').filter({ hasText: text });

/** A row of the choice that is open. */
export const choice = (page: Page, text: string | RegExp): Locator =>
  page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row').filter({ hasText: text }).first();

/** Answers the input box that is open; `title` tells it from the one before. */
export const answerInput = async (page: Page, title: string, text: string): Promise<void> => {
  const widget = page.locator('.quick-input-widget:visible').filter({ hasText: title });
  await widget.locator('input.input').fill(text);
  await page.keyboard.press('Enter');
  await widget.waitFor({ state: 'hidden' });
};

/** What the page's clipboard holds. */
export const readClipboard = async (page: Page): Promise<string> =>
  String(await page.evaluate('navigator.clipboard.readText()'));
