import type { PanelTab } from '../panel/contract/panel-messages.ts';
import type { ViewMemory } from './tab-view.ts';

/** Keeps how far each tab is scrolled. */
export interface ScrollKeeper {
  /** For the scroll event of a tab's panel. */
  readonly onScroll: (event: Event) => void;
  /** For what the user does in a panel: from then on it stays where they put it. */
  readonly onInput: () => void;
  /** Scrolls a tab to where it was, as soon as it is long enough: its content may come later. */
  afterDraw(tab: PanelTab, panel: HTMLElement | null): void;
}

/** Keeps in `memory` how far each tab is scrolled. */
export const createScrollKeeper = (memory: ViewMemory): ScrollKeeper => {
  let shown: PanelTab | null = null;
  /** Where the shown tab has still to be scrolled to. */
  let wantedTop = 0;

  const read = (tab: PanelTab): number => {
    const top = memory.read(`scroll.${tab}`);
    return typeof top === 'number' ? top : 0;
  };

  return {
    onScroll: ({ currentTarget }) => {
      if (shown === null || !(currentTarget instanceof HTMLElement)) return;
      // What the browser does to a short page is not what the user wants.
      if (wantedTop > 0 && currentTarget.scrollTop < wantedTop) return;
      memory.write(`scroll.${shown}`, currentTarget.scrollTop);
    },
    onInput: () => {
      wantedTop = 0;
    },
    afterDraw: (tab, panel) => {
      if (panel === null) return;
      if (tab !== shown) {
        shown = tab;
        wantedTop = read(tab);
        panel.scrollTop = wantedTop;
      }
      if (wantedTop === 0) return;
      if (panel.scrollHeight - panel.clientHeight >= wantedTop) {
        panel.scrollTop = wantedTop;
        wantedTop = 0;
      }
    },
  };
};
