import type { Page } from 'playwright-core';
import { waitUntil } from './wait-until.ts';

/** The editor's own themes of each kind, and the class that each gives to the workbench. */
export const COLOR_THEMES = {
  dark: { name: 'Dark Modern', className: 'vs-dark' },
  light: { name: 'Light Modern', className: 'vs' },
  'high-contrast-dark': { name: 'Default High Contrast', className: 'hc-black' },
  'high-contrast-light': { name: 'Default High Contrast Light', className: 'hc-light' },
} as const;

export type ColorTheme = keyof typeof COLOR_THEMES;

/** Draws the border of the side bar to where it is `width` pixels wide: 220 is narrow, 170 the least. */
export const setSideBarWidth = async (page: Page, width: number): Promise<void> => {
  const sideBar = page.locator('.part.sidebar');
  const box = await sideBar.boundingBox();
  if (box === null) throw new Error('The side bar is hidden.');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + width, y, { steps: 5 });
  await page.mouse.up();
  await waitUntil('the side bar is that wide', async () => {
    const now = await sideBar.boundingBox();
    return now !== null && Math.abs(now.width - width) <= 2;
  });
};
