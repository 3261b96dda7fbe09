import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Formats } from '../../../panel/formats.ts';
import type { RequestList } from '../../../panel/request-list.ts';
import { icon } from '../../components/icon.ts';
import type { ViewContext } from '../../tab-view.ts';
import { listColumns, requestRow, toRowId } from './request-row.ts';

/** From here on a row has room for its columns. In CSS pixels. */
const COLUMNS_WIDTH = 680;
const HEADER_HEIGHT = 26;
const COLUMN_ROW_HEIGHT = 24;
const TWO_LINE_ROW_HEIGHT = 42;

const hasRoomForColumns = (rect: { readonly width: number } | null): boolean => (rect?.width ?? 0) >= COLUMNS_WIDTH;

/** What the grid remembers of how it is scrolled. */
export interface GridScroll {
  /** Whether it sticks to the newest request. */
  readonly isFollowing: boolean;
  readonly top: number;
}

/** The rows of the list, of which only those in sight are in the page. */
export interface RequestGrid {
  render(selectedId: number | null): TemplateResult;
  /** To be called after the page has got what `render` returned. */
  afterDraw(): void;
  readonly isFollowing: boolean;
  follow(isFollowing: boolean): void;
  /** Scrolls as little as it takes to show a row. */
  reveal(index: number): void;
  /** Rows have gone from the top: what is in sight stays where it is. */
  dropTop(rows: number): void;
  /** How many rows are in sight. */
  readonly pageSize: number;
  focus(): void;
}

/** Makes the grid over `list`. `onKeyDown` and `onChoose` are what the user does in it. */
export const createRequestGrid = (
  { l10n, invalidate }: ViewContext,
  options: {
    readonly formats: Formats;
    readonly list: RequestList;
    readonly initialScroll: GridScroll;
    readonly onScroll: (scroll: GridScroll) => void;
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onChoose: (id: number) => void;
  },
): RequestGrid => {
  const { formats, list } = options;
  let { isFollowing } = options.initialScroll;
  /** Where it has still to be scrolled to, as soon as there are rows. */
  let wantedTop: number | null = isFollowing ? null : options.initialScroll.top;
  let lastTop = options.initialScroll.top;
  let scroller: HTMLElement | null = null;
  let unmount: (() => void) | null = null;
  let hasColumns = false;
  /** What was in place when it was last scrolled to the end. */
  let followed = '';

  const rowHeight = (): number => (hasColumns ? COLUMN_ROW_HEIGHT : TWO_LINE_ROW_HEIGHT);
  const headerHeight = (): number => (hasColumns ? HEADER_HEIGHT : 0);

  /** The library asks for another drawing where other rows are in sight, which a change of the width alone is not. */
  const observeRect: typeof observeElementRect<HTMLElement> = (instance, onRect) =>
    observeElementRect(instance, (rect) => {
      onRect(rect);
      if (hasRoomForColumns(rect) !== hasColumns) invalidate();
    });

  const toOptions = (): VirtualizerOptions<HTMLElement, Element> => ({
    count: list.visibleIds.length,
    getScrollElement: () => scroller,
    estimateSize: rowHeight,
    getItemKey: (index) => list.visibleIds[index] ?? index,
    scrollMargin: headerHeight(),
    overscan: 12,
    scrollToFn: elementScroll,
    observeElementRect: observeRect,
    observeElementOffset,
    initialRect: { width: 0, height: 600 },
    onChange: invalidate,
  });
  const virtualizer = new Virtualizer<HTMLElement, Element>(toOptions());

  const attach = (element: Element | undefined): void => {
    if (element === scroller) return;
    unmount?.();
    unmount = null;
    scroller = element instanceof HTMLElement ? element : null;
    if (scroller === null) {
      wantedTop = isFollowing ? null : lastTop;
      return;
    }
    followed = '';
    // The library's own adapters call these two: they have no other name.
    unmount = virtualizer['_didMount']();
    virtualizer['_willUpdate']();
    invalidate();
  };

  const scrollTo = (top: number): void => {
    if (scroller !== null) scroller.scrollTop = top;
  };

  const onScroll = (): void => {
    if (scroller === null || wantedTop !== null) return;
    lastTop = scroller.scrollTop;
    const isAtEnd = scroller.scrollHeight - scroller.clientHeight - lastTop < rowHeight() / 2;
    if (isAtEnd !== isFollowing) {
      isFollowing = isAtEnd;
      invalidate();
    }
    options.onScroll({ isFollowing, top: lastTop });
  };

  const onClick = ({ target }: Event): void => {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-id]') : null;
    if (row !== null) options.onChoose(Number(row.dataset['id']));
  };

  return {
    get isFollowing() {
      return isFollowing;
    },
    get pageSize() {
      const height = (virtualizer.scrollRect?.height ?? 0) - headerHeight();
      return Math.max(1, Math.floor(height / rowHeight()) - 1);
    },
    follow: (next) => {
      isFollowing = next;
      wantedTop = null;
      followed = '';
      options.onScroll({ isFollowing, top: lastTop });
      invalidate();
    },
    reveal: (index) => {
      if (scroller === null) return;
      const top = index * rowHeight();
      const bottom = top + rowHeight() + headerHeight();
      if (top < scroller.scrollTop) scrollTo(top);
      else if (bottom > scroller.scrollTop + scroller.clientHeight) scrollTo(bottom - scroller.clientHeight);
    },
    dropTop: (rows) => {
      if (!isFollowing && scroller !== null) scrollTo(Math.max(0, scroller.scrollTop - rows * rowHeight()));
    },
    focus: () => scroller?.focus(),
    afterDraw: () => {
      if (scroller === null) return;
      virtualizer['_willUpdate']();
      const { clientHeight, scrollHeight } = scroller;
      if (wantedTop !== null) {
        const top = wantedTop;
        wantedTop = null;
        scrollTo(top);
      }
      const state = `${list.visibleIds.length} ${list.visibleIds.at(-1) ?? 0} ${clientHeight} ${rowHeight()}`;
      if (!isFollowing || followed === state) return;
      followed = state;
      scrollTo(scrollHeight);
    },
    render: (selectedId) => {
      const hadColumns = hasColumns;
      hasColumns = hasRoomForColumns(virtualizer.scrollRect);
      virtualizer.setOptions(toOptions());
      if (hadColumns !== hasColumns) virtualizer.measure();
      const items = virtualizer.getVirtualItems();
      const now = Date.now();
      const offset = (items[0]?.start ?? headerHeight()) - headerHeight();
      const isSelectedDrawn = items.some(({ index }) => list.visibleIds[index] === selectedId);
      return html`<div
        class=${hasColumns ? 'request-grid has-columns' : 'request-grid'}
        role="grid"
        tabindex="0"
        aria-label=${l10n.t('Requests')}
        aria-rowcount=${list.visibleIds.length + 1}
        aria-activedescendant=${selectedId !== null && isSelectedDrawn ? toRowId(selectedId) : nothing}
        ${ref(attach)}
        @scroll=${onScroll}
        @keydown=${options.onKeyDown}
        @click=${onClick}
      >
        <div role="rowgroup" class="request-header">
          <div role="row" class="request-row" aria-rowindex="1">
            ${listColumns(l10n).map(
              ({ name, label }) => html`<div role="columnheader" class=${`cell-${name}`} title=${label}>${label}</div>`,
            )}
          </div>
        </div>
        <div role="rowgroup" class="request-rows" .style=${`height: ${virtualizer.getTotalSize()}px`}>
          <div role="presentation" class="request-window" .style=${`transform: translateY(${offset}px)`}>
            ${repeat(
              items,
              ({ key }) => key,
              ({ index }) => {
                const row = list.find(list.visibleIds[index] ?? 0);
                return row === undefined
                  ? nothing
                  : requestRow(l10n, formats, row, { index, isSelected: row.id === selectedId, now });
              },
            )}
          </div>
        </div>
      </div>`;
    },
  };
};

/** The button that brings back the newest requests, over the end of the list. */
export const followButton = (label: string, onClick: () => void): TemplateResult =>
  html`<button type="button" class="follow-button" @click=${onClick}>
    ${icon('arrow-down')}<span>${label}</span>
  </button>`;
