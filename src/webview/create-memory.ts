import type { EditorHost } from './editor-host.ts';
import type { ViewMemory } from './tab-view.ts';

/** What survives that the panel is hidden, by view. */
export interface PanelMemory {
  /** A part of its own, so that views do not get in each other's way. */
  of(view: string): ViewMemory;
  /** Hands over what was not handed over yet: before the page goes. */
  flush(): void;
}

const WRITE_DELAY_MS = 100;

/** Keeps what views remember in the editor's state of the webview. Scrolling writes often, so it is handed over now and then. */
export const createMemory = (host: Pick<EditorHost, 'getState' | 'setState'>): PanelMemory => {
  const kept = new Map<string, unknown>(toEntries(host.getState()));
  let timer: ReturnType<typeof setTimeout> | null = null;

  const flush = (): void => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    host.setState(Object.fromEntries(kept));
  };

  return {
    of: (view) => ({
      read: (key) => kept.get(`${view}.${key}`),
      write: (key, value) => {
        const name = `${view}.${key}`;
        if (Object.is(kept.get(name), value)) return;
        kept.set(name, value);
        timer ??= setTimeout(flush, WRITE_DELAY_MS);
      },
    }),
    flush,
  };
};

const toEntries = (state: unknown): readonly (readonly [string, unknown])[] =>
  typeof state === 'object' && state !== null ? Object.entries(state) : [];
