import type { Page } from 'playwright-core';
import type { EditorSettings } from './workbench-folders.ts';

/** The editor's own themes, two and two: one for a screen that is dark, one for a light one. */
const PAIRS = {
  plain: { dark: 'Dark Modern', light: 'Light Modern' },
  'high contrast': { dark: 'Default High Contrast', light: 'Default High Contrast Light' },
} as const;

const CLASS_NAMES = {
  plain: { dark: 'vs-dark', light: 'vs' },
  'high contrast': { dark: 'hc-black', light: 'hc-light' },
} as const;

export type ColorPair = keyof typeof PAIRS;

/** Settings of a workbench that follows the screen with the themes of a pair. */
export const followScreen = (pair: ColorPair): EditorSettings => ({
  'window.autoDetectColorScheme': true,
  'workbench.preferredDarkColorTheme': PAIRS[pair].dark,
  'workbench.preferredLightColorTheme': PAIRS[pair].light,
});

/** Makes the screen dark or light, and waits until the workbench has followed. */
export const setScreen = async (page: Page, pair: ColorPair, screen: 'dark' | 'light'): Promise<void> => {
  await page.emulateMedia({ colorScheme: screen });
  await page.locator(`.monaco-workbench.${CLASS_NAMES[pair][screen]}`).waitFor();
};
