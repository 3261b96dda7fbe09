import type { Frame, Page } from 'playwright-core';
import { panelFrame } from './panel-page.ts';

/** The frame of the panel's own document as it is now: another one each time that the panel is shown again. */
export const findPanelFrame = async (page: Page): Promise<Frame> => {
  const body = await panelFrame(page).locator('body').elementHandle();
  const frame = await body?.ownerFrame();
  if (frame === null || frame === undefined) throw new Error('The panel has no frame.');
  return frame;
};
