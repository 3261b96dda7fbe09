import type { Page } from 'playwright-core';
import { findPanelFrame } from './panel-frame.ts';

/** What has the keyboard's focus in the panel. */
export interface FocusedPart {
  /** What a screen reader calls it, about. */
  readonly name: string;
  /** Whether it is drawn as such. */
  readonly isMarked: boolean;
}

/** Looks through shadow trees; a mark may be at the element or at what it stands in within its component. */
const PROGRAM = `(() => {
  if (!document.hasFocus()) return null;
  let element = document.activeElement;
  const around = [];
  while (element?.shadowRoot?.activeElement) {
    around.push(element);
    element = element.shadowRoot.activeElement;
  }
  if (element === null || element === document.body) return null;
  if (element.getRootNode() !== document) for (let outer = element.parentElement; outer; outer = outer.parentElement) around.push(outer);
  const isMarked = [element, ...around].some((part) => {
    const { outlineStyle, outlineWidth, borderColor } = getComputedStyle(part);
    const probe = document.createElement('i');
    probe.style.color = 'var(--vscode-focusBorder)';
    document.body.append(probe);
    const focusColor = getComputedStyle(probe).color;
    probe.remove();
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || borderColor === focusColor;
  });
  const host = around[0] ?? element;
  const name = element.getAttribute('aria-label') ?? host.getAttribute('aria-label') ?? (host.labels?.[0] ?? host).textContent;
  return { name: name.trim().replace(/\\s+/g, ' '), isMarked };
})()`;

/** What has the focus; `null` where that is not in the panel. */
export const readFocus = async (page: Page): Promise<FocusedPart | null> =>
  (await findPanelFrame(page)).evaluate<FocusedPart | null>(PROGRAM);

const MOST_STOPS = 80;

/**
 * Presses a key until the part of this name has the focus.
 * @throws {Error} that names all stops where it is not among them, or where one of them does not show that it has the focus
 */
export const pressUntil = async (page: Page, key: string, name: string | RegExp): Promise<void> => {
  const stops: string[] = [];
  while (stops.length < MOST_STOPS) {
    await page.keyboard.press(key);
    const focused = await readFocus(page);
    stops.push(focused?.name ?? '(outside)');
    if (focused === null) continue;
    if (!focused.isMarked) throw new Error(`${focused.name} does not show that it has the focus.`);
    if (typeof name === 'string' ? focused.name === name : name.test(focused.name)) return;
  }
  throw new Error(`${String(name)} is not reached by ${key}; the stops: ${stops.join(' | ')}`);
};
