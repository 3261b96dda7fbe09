/** Knows how wide an element is. */
export interface WidthObserver {
  /** In CSS pixels; 0 until it is known. */
  readonly width: number;
  /** For lit's `ref`: the element to look at, or none. */
  readonly observe: (element: Element | undefined) => void;
}

/** Looks at one element's width and calls `onChange` as it changes. */
export const createWidthObserver = (onChange: () => void): WidthObserver => {
  let width = 0;
  const setWidth = (next: number): void => {
    if (next === width) return;
    width = next;
    onChange();
  };
  const observer = new ResizeObserver((entries) => {
    const last = entries.at(-1);
    if (last !== undefined) setWidth(last.contentRect.width);
  });
  return {
    get width() {
      return width;
    },
    observe: (element) => {
      observer.disconnect();
      if (element === undefined) return;
      observer.observe(element);
      // Known at once, so that the next frame draws the right layout.
      if (element instanceof HTMLElement) setWidth(element.offsetWidth);
    },
  };
};
