/** Says things to screen readers. */
export interface Announcer {
  /** To be put into the page once, before anything is said. */
  readonly element: HTMLElement;
  announce(text: string): void;
}

/** Long enough for screen readers to take it in. */
const SAID_MS = 3_000;

/** A region that screen readers read out politely. The same text twice is said twice; none stays to be met later. */
export const createAnnouncer = (): Announcer => {
  const element = document.createElement('div');
  element.className = 'visually-hidden';
  element.setAttribute('role', 'status');
  element.setAttribute('aria-live', 'polite');
  let clearing: ReturnType<typeof setTimeout> | undefined;
  return {
    element,
    announce: (text) => {
      const line = document.createElement('p');
      line.textContent = text;
      element.replaceChildren(line);
      clearTimeout(clearing);
      clearing = setTimeout(() => element.replaceChildren(), SAID_MS);
    },
  };
};
