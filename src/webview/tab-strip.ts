import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './components/icon.ts';
import type { PanelTab } from '../panel/contract/panel-messages.ts';

/** One tab as it is shown. */
export interface TabLabel {
  readonly tab: PanelTab;
  readonly icon: string;
  readonly label: string;
  /** A number beside it, and what it counts, for screen readers; `null` for none. */
  readonly badge: { readonly count: number; readonly meaning: string } | null;
}

/** The ids that tie a tab to its panel. */
export const toTabId = (tab: PanelTab): string => `tab-${tab}`;
export const toPanelId = (tab: PanelTab): string => `panel-${tab}`;

/** The row of tabs, by the tabs pattern of the ARIA Authoring Practices: one tab stop; arrows, Home and End choose. */
export const tabStrip = (options: {
  readonly tabs: readonly TabLabel[];
  readonly shown: PanelTab;
  readonly label: string;
  readonly onShow: (tab: PanelTab) => void;
}): TemplateResult => {
  const { tabs, shown, label, onShow } = options;
  const moveTo = (event: KeyboardEvent, index: number): void => {
    const next = tabs[(index + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    onShow(next.tab);
    const strip = event.currentTarget;
    if (strip instanceof HTMLElement) strip.querySelector<HTMLElement>(`#${toTabId(next.tab)}`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const index = tabs.findIndex(({ tab }) => tab === shown);
    if (event.key === 'ArrowRight') moveTo(event, index + 1);
    else if (event.key === 'ArrowLeft') moveTo(event, index - 1);
    else if (event.key === 'Home') moveTo(event, 0);
    else if (event.key === 'End') moveTo(event, tabs.length - 1);
  };
  return html`<div class="tab-strip" role="tablist" aria-label=${label} @keydown=${onKeyDown}>
    ${tabs.map((tab) => tabButton(tab, tab.tab === shown, onShow))}
  </div>`;
};

const tabButton = (
  { tab, icon: picture, label, badge }: TabLabel,
  isShown: boolean,
  onShow: (tab: PanelTab) => void,
): TemplateResult => {
  return html`<button
    type="button"
    role="tab"
    class="tab"
    id=${toTabId(tab)}
    title=${badge === null ? label : `${label}: ${badge.count} ${badge.meaning}`}
    aria-selected=${isShown ? 'true' : 'false'}
    aria-controls=${isShown ? toPanelId(tab) : nothing}
    tabindex=${isShown ? '0' : '-1'}
    @click=${() => onShow(tab)}
  >
    ${icon(picture)}<span class="tab-label">${label}</span>${
      badge === null
        ? nothing
        : html`<span class="tab-badge">${badge.count}</span><span class="visually-hidden"> ${badge.meaning}</span>`
    }
  </button>`;
};
