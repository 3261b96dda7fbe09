/** Says things to screen readers. */
export interface Announcer {
  /** To be put into the page once, before anything is said. */
  readonly element: HTMLElement;
  announce(text: string): void;
}

/** A region that screen readers read out politely. The same text twice is said twice. */
export const createAnnouncer = (): Announcer => {
  const element = document.createElement('div');
  element.className = 'visually-hidden';
  element.setAttribute('role', 'status');
  element.setAttribute('aria-live', 'polite');
  return {
    element,
    announce: (text) => {
      const line = document.createElement('p');
      line.textContent = text;
      element.replaceChildren(line);
    },
  };
};
