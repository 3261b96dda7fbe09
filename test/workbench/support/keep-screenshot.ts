import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { findFreePort } from '../../support/free-port.ts';

/** Whether this run keeps pictures to look at; those of `docs/images/` come from `npm run screenshots`. */
const isIllustrating = (): boolean => Boolean(process.env['PORTSIDE_SCREENSHOTS']);

/** The port to serve on: a free one, or the one that everybody has where it can be seen in a picture. */
export const portToShow = async (): Promise<number> => (isIllustrating() ? 8765 : findFreePort());

/** Takes a picture for `test-results/pictures/` where `PORTSIDE_SCREENSHOTS` asks for it: of the page, or its lower left corner. */
export const keepScreenshot = async (page: Page, name: string, part: 'all' | 'lower-left' = 'all'): Promise<void> => {
  if (!isIllustrating()) return;
  const folder = path.resolve(import.meta.dirname, '../../../test-results/pictures');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({
    path: path.join(folder, `${name}.png`),
    animations: 'disabled',
    ...(part === 'lower-left' && { clip: { x: 0, y: 500, width: 720, height: 300 } }),
  });
};
