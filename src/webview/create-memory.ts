import type { EditorHost } from './editor-host.ts';
import type { ViewMemory } from './tab-view.ts';

/** What survives that the panel is hidden, by view. */
export interface PanelMemory {
  /** A part of its own, so that views do not get in each other's way. */
  of(view: string): ViewMemory;
}

/** Keeps what views remember in the editor's state of the webview. The page may go without a word: all of a tick is handed over at its end. */
export const createMemory = (host: Pick<EditorHost, 'getState' | 'setState'>): PanelMemory => {
  const kept = new Map<string, unknown>(toEntries(host.getState()));
  let isDue = false;

  const handOver = (): void => {
    isDue = false;
    host.setState(Object.fromEntries(kept));
  };

  return {
    of: (view) => ({
      read: (key) => kept.get(`${view}.${key}`),
      write: (key, value) => {
        const name = `${view}.${key}`;
        if (Object.is(kept.get(name), value)) return;
        kept.set(name, value);
        if (!isDue) queueMicrotask(handOver);
        isDue = true;
      },
    }),
  };
};

const toEntries = (state: unknown): readonly (readonly [string, unknown])[] =>
  typeof state === 'object' && state !== null ? Object.entries(state) : [];
