import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { PanelTab } from '../../../src/panel/contract/panel-messages.ts';
import { runCommand } from './workbench-page.ts';

/** The panel's own document, inside the two frames that the editor puts around it. */
export const panelFrame = (page: Page): FrameLocator =>
  page.frameLocator('iframe.webview.ready[src*="extensionId=portside.portside"]').frameLocator('iframe#active-frame');

/** A tab of the panel. */
export const panelTab = (page: Page, tab: PanelTab): Locator => panelFrame(page).locator(`#tab-${tab}`);

/** What a tab of the panel shows, once it is the chosen one. */
export const panelContent = (page: Page, tab: PanelTab): Locator =>
  panelFrame(page).locator(`[role=tabpanel][aria-labelledby=tab-${tab}]`);

/** Shows a tab of the panel that is open; gives what it shows. */
export const showPanelTab = async (page: Page, tab: PanelTab): Promise<Locator> => {
  await panelTab(page, tab).click();
  const content = panelContent(page, tab);
  await content.waitFor();
  return content;
};

/** Opens the panel by its command and shows a tab of it; gives what the tab shows. */
export const openPanel = async (page: Page, tab: PanelTab): Promise<Locator> => {
  await runCommand(page, 'Portside: Open Panel');
  await panelTab(page, tab).waitFor({ timeout: 30_000 });
  return showPanelTab(page, tab);
};
