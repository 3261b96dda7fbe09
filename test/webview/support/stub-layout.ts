import { vi } from 'vitest';

/** How high the list of requests is, in CSS pixels. */
export const GRID_HEIGHT = 480;
const HEADER_HEIGHT = 26;

/** Sizes for a page that has none: happy-dom draws nothing. */
export interface StubbedLayout {
  /** Does what a browser does between frames: tells of other widths, keeps scroll positions in their bounds and tells of their changes. */
  settle(root: HTMLElement): void;
}

/** Gives elements the sizes that the list of requests asks for, in a panel of this width. */
export const stubLayout = (width: number): StubbedLayout => {
  const observers = new Set<() => void>();
  class StubbedResizeObserver {
    readonly #widths = new Map<HTMLElement, number>();
    readonly #look: () => void;
    constructor(onResize: (entries: readonly { readonly contentRect: { readonly width: number } }[]) => void) {
      this.#look = () => {
        for (const [element, known] of this.#widths) {
          const next = element.offsetWidth;
          if (!element.isConnected || next === known) continue;
          this.#widths.set(element, next);
          onResize([{ contentRect: { width: next } }]);
        }
      };
      observers.add(this.#look);
    }
    observe(element: HTMLElement) {
      this.#widths.set(element, 0);
    }
    unobserve(element: HTMLElement) {
      this.#widths.delete(element);
    }
    disconnect() {
      this.#widths.clear();
    }
  }
  vi.stubGlobal('ResizeObserver', StubbedResizeObserver);
  // What the page's own window has is another one than the test's.
  Object.defineProperty(document.defaultView, 'ResizeObserver', { configurable: true, value: StubbedResizeObserver });
  const define = (name: string, read: (element: HTMLElement) => number): void => {
    Object.defineProperty(HTMLElement.prototype, name, {
      configurable: true,
      get(this: HTMLElement) {
        return read(this);
      },
    });
  };
  const isGrid = (element: HTMLElement): boolean => element.classList.contains('request-grid');
  /** The grid has half of a panel that shows details beside it. */
  const toWidth = (element: HTMLElement): number =>
    isGrid(element) && element.closest('.is-split') !== null ? width / 2 : width;
  const toContentHeight = (element: HTMLElement): number => {
    const rows = element.querySelector<HTMLElement>('.request-rows');
    const header = element.classList.contains('has-columns') ? HEADER_HEIGHT : 0;
    return rows === null ? 0 : header + Number.parseFloat(rows.style.height);
  };
  define('offsetWidth', toWidth);
  define('clientWidth', toWidth);
  define('offsetHeight', (element) => (isGrid(element) ? GRID_HEIGHT : 0));
  define('clientHeight', (element) => (isGrid(element) ? GRID_HEIGHT : 0));
  define('scrollHeight', (element) => (isGrid(element) ? Math.max(GRID_HEIGHT, toContentHeight(element)) : 0));
  const tops = new WeakMap<HTMLElement, number>();
  return {
    settle: (root) => {
      for (const look of observers) look();
      const grid = root.querySelector<HTMLElement>('.request-grid');
      if (grid === null) return;
      grid.scrollTop = Math.max(0, Math.min(grid.scrollTop, grid.scrollHeight - grid.clientHeight));
      if ((tops.get(grid) ?? 0) === grid.scrollTop) return;
      tops.set(grid, grid.scrollTop);
      grid.dispatchEvent(new Event('scroll'));
    },
  };
};
