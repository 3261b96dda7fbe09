import type { FrameLocator, Locator, Page } from 'playwright-core';
import { choice, runCommand } from './workbench-page.ts';

/** The steps of the walkthrough, by their ids in the manifest. */
export const WALKTHROUGH_STEPS = ['signIn', 'start', 'connectTool', 'watchRequest'] as const;

export type WalkthroughStep = (typeof WALKTHROUGH_STEPS)[number];

/** Opens the extension's walkthrough as people do. */
export const openWalkthrough = async (page: Page): Promise<void> => {
  await runCommand(page, 'Welcome: Open Walkthrough...');
  await choice(page, 'Get Started with Portside').click();
  await page.locator('.gettingStartedDetailsContent').filter({ hasText: 'Get Started with Portside' }).waitFor();
};

const byStep = (page: Page, step: WalkthroughStep, suffix = ''): Locator =>
  page.locator(`.getting-started-step[data-step-id="portside.portside#gettingStarted#${step}"]${suffix}`);

/** A step, once its event has completed it. */
export const completedStep = (page: Page, step: WalkthroughStep): Locator =>
  byStep(page, step).locator('.codicon-getting-started-step-checked');

/** Unfolds a step, which shows its picture too; gives the step. */
export const openStep = async (page: Page, step: WalkthroughStep): Promise<Locator> => {
  const element = byStep(page, step);
  await element.locator('.step-title').click();
  await byStep(page, step, '.expanded').waitFor();
  return element;
};

/** The picture beside the steps, where the page is wide enough for one. */
export const walkthroughPicture = (page: Page): FrameLocator =>
  page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
