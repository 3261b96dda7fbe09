import './requests.css';
import './filter-bar.css';
import './request-detail.css';
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { RequestDetail, RequestSummary } from '../../../core/request-activity.ts';
import type { PanelTab } from '../../../panel/contract/panel-messages.ts';
import { createFormats } from '../../../panel/formats.ts';
import { isFiltering, NO_FILTER, parseRequestFilter, type RequestFilter } from '../../../panel/request-filter.ts';
import { createRequestList } from '../../../panel/request-list.ts';
import { emptyState } from '../../components/empty-state.ts';
import type { TabView, ViewContext } from '../../tab-view.ts';
import { createArrivalLog } from './create-arrival-log.ts';
import { createRequestDetail } from './create-request-detail.ts';
import { createRequestGrid, followButton } from './create-request-grid.ts';
import { filterBar } from './filter-bar.ts';
import { createWidthObserver } from './width-observer.ts';

/** All requests, in place of those that were there. */
export interface RequestsModel {
  /** Tells logs apart: each begins its ids anew. */
  readonly logId: string;
  readonly rows: readonly RequestSummary[];
  readonly isCapturing: boolean;
}

/** The tab with the live list of requests. */
export interface RequestsView extends TabView<RequestsModel> {
  change(rows: readonly RequestSummary[]): void;
  showDetail(detail: RequestDetail): void;
  appendAnswer(id: number, text: string): void;
}

/** From here on the details stand beside the list. In CSS pixels. */
const BESIDE_WIDTH = 760;
const TICK_MS = 1_000;

/** Makes the tab. `isShown`: whether it is the tab that is seen. */
export const createRequestsView = (
  context: ViewContext,
  options: { readonly showTab: (tab: PanelTab) => void; readonly isShown: () => boolean },
): RequestsView => {
  const { client, l10n, memory, invalidate, announce } = context;
  const formats = createFormats(context.locale);
  const list = createRequestList();
  const arrivals = createArrivalLog(l10n, invalidate);
  const width = createWidthObserver(invalidate);
  let isLoaded = false;
  let isCapturing = false;
  let selectedId = toNumber(memory.read('selected'));
  let isDetailOpen = memory.read('isDetailOpen') === true && selectedId !== null;
  let newSinceScrolled = 0;
  let focusWanted: 'list' | 'detail' | null = null;
  let ticker: ReturnType<typeof setInterval> | null = null;

  const isBeside = (): boolean => width.width >= BESIDE_WIDTH;

  const select = (id: number): void => {
    selectedId = id;
    memory.write('selected', id);
    if (isDetailOpen) detail.open(id);
    invalidate();
  };

  const setDetailOpen = (isOpen: boolean): void => {
    isDetailOpen = isOpen;
    memory.write('isDetailOpen', isOpen);
    detail.open(isOpen ? selectedId : null);
    invalidate();
  };

  const closeDetail = (): void => {
    focusWanted = 'list';
    setDetailOpen(false);
  };

  /** The request that is shown is gone. */
  const leave = (): void => {
    if (options.isShown()) announce(l10n.t('This request is not known any more.'));
    if (detail.hasFocus) focusWanted = 'list';
    selectedId = null;
    memory.write('selected', null);
    setDetailOpen(false);
  };

  /** It is shown once it is so: what is asked before that is not captured. */
  const setCapture = (next: boolean): void => client.command('setCapture', { isCapturing: next });

  const setFilter = (filter: RequestFilter): void => {
    list.setFilter(filter);
    memory.write('filter', filter);
    invalidate();
  };

  /** Ids of another log mean other requests: what was chosen by them goes. */
  const takeLog = (logId: string): void => {
    if (memory.read('logId') === logId) return;
    memory.write('logId', logId);
    memory.write('selected', null);
    selectedId = null;
    if (isDetailOpen) setDetailOpen(false);
    grid.follow(true);
  };

  const moveTo = (index: number): void => {
    const last = list.visibleIds.length - 1;
    const next = Math.min(last, Math.max(0, index));
    const id = list.visibleIds[next];
    if (id === undefined) return;
    grid.follow(next === last);
    select(id);
    grid.reveal(next);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = list.visibleIds.length - 1;
    const selected = selectedId === null ? -1 : list.indexOf(selectedId);
    // Where nothing is selected, the newest one is where one starts.
    const from = selected === -1 ? last + 1 : selected;
    switch (event.key) {
      case 'ArrowUp':
        moveTo(from - 1);
        break;
      case 'ArrowDown':
        moveTo(selected === -1 ? last : from + 1);
        break;
      case 'PageUp':
        moveTo(from - grid.pageSize);
        break;
      case 'PageDown':
        moveTo(from + grid.pageSize);
        break;
      case 'Home':
        moveTo(0);
        break;
      case 'End':
        moveTo(last);
        break;
      case 'Enter':
        if (selected === -1) return;
        focusWanted = 'detail';
        setDetailOpen(true);
        break;
      case 'Escape':
        if (!isDetailOpen) return;
        closeDetail();
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  const keptTop = toNumber(memory.read('top'));
  const grid = createRequestGrid(context, {
    formats,
    list,
    initialScroll: { isFollowing: memory.read('isFollowing') !== false, top: keptTop ?? 0 },
    onScroll: ({ isFollowing, top }) => {
      if (isFollowing) newSinceScrolled = 0;
      memory.write('isFollowing', isFollowing);
      memory.write('top', top);
    },
    onKeyDown,
    onChoose: (id) => {
      if (!isBeside()) focusWanted = 'detail';
      selectedId = id;
      memory.write('selected', id);
      setDetailOpen(true);
    },
  });
  const detail = createRequestDetail(context, { formats, onClose: closeDetail, onGone: leave, onCapture: setCapture });

  /** What is under way gets longer by the second, whether or not there is news of it. */
  const tick = (): void => {
    if (options.isShown() && list.running > 0) return invalidate();
    if (ticker !== null) clearInterval(ticker);
    ticker = null;
  };

  const afterDraw = (): void => {
    grid.afterDraw();
    if (list.running > 0) ticker ??= setInterval(tick, TICK_MS);
    if (focusWanted === null) return;
    if (focusWanted === 'detail') detail.focus();
    else grid.focus();
    focusWanted = null;
  };

  const drawList = (): TemplateResult => {
    if (list.visibleIds.length > 0)
      return html`<div class="grid-frame">
        ${grid.render(selectedId)}
        ${
          grid.isFollowing
            ? nothing
            : followButton(
                newSinceScrolled === 0 ? l10n.t('To the newest') : l10n.t('{0} new', formats.count(newSinceScrolled)),
                () => {
                  newSinceScrolled = 0;
                  focusWanted = 'list';
                  grid.follow(true);
                },
              )
        }
      </div>`;
    return html`<div class="grid-frame is-empty">
      ${
        list.size === 0
          ? emptyState({
              icon: 'list-unordered',
              title: l10n.t('No requests yet'),
              text: l10n.t('Requests show up here as tools make them. Connect a tool to see the first one.'),
              action: { icon: 'plug', label: l10n.t('Connect a tool'), onClick: () => options.showTab('connect') },
            })
          : emptyState({
              icon: 'filter',
              title: l10n.t('No request fits the filter'),
              text: l10n.t('{0} requests are hidden by it.', formats.count(list.size)),
              action: { icon: 'clear-all', label: l10n.t('Remove the filter'), onClick: () => setFilter(NO_FILTER) },
            })
      }
    </div>`;
  };

  const drawListPane = (): TemplateResult =>
    html`<div class="list-pane">
      ${
        list.size === 0 && !isFiltering(list.filter) && !isCapturing
          ? nothing
          : filterBar({
              l10n,
              filter: list.filter,
              models: list.listModels(),
              isCapturing,
              onFilter: (change) => setFilter({ ...list.filter, ...change }),
              onCapture: setCapture,
              onClear: () => client.command('clearRequests', null),
              onLeave: () => grid.focus(),
            })
      }
      ${
        isCapturing
          ? html`<p class="capture-remark">
              <span class="codicon codicon-record" aria-hidden="true"></span
              ><span>${l10n.t('Bodies of new requests are kept in memory until you switch capture off.')}</span>
            </p>`
          : nothing
      }
      ${drawList()}
    </div>`;

  list.setFilter(parseRequestFilter(memory.read('filter')));

  return {
    update: (model) => {
      if (isLoaded && model.isCapturing !== isCapturing) {
        announce(model.isCapturing ? l10n.t('Capture is on') : l10n.t('Capture is off'));
      }
      isLoaded = true;
      isCapturing = model.isCapturing;
      takeLog(model.logId);
      list.replace(model.rows);
      newSinceScrolled = 0;
      if (isDetailOpen && detail.id === null) detail.open(selectedId);
      else detail.askAgain();
      invalidate();
    },
    change: (rows) => {
      const { added, droppedFromTop } = list.change(rows);
      if (!grid.isFollowing) newSinceScrolled += added.filter(({ id }) => list.indexOf(id) !== -1).length;
      if (droppedFromTop > 0) grid.dropTop(droppedFromTop);
      if (options.isShown()) arrivals.note(added, rows);
      invalidate();
    },
    showDetail: (next) => detail.update(next),
    appendAnswer: (id, text) => detail.appendAnswer(id, text),
    render: () => {
      if (!isLoaded) return html`<p class="panel-loading">${l10n.t('Loading…')}</p>`;
      queueMicrotask(afterDraw);
      const pane = isDetailOpen
        ? detail.render({
            row: selectedId === null ? undefined : list.find(selectedId),
            isCapturing,
            isBeside: isBeside(),
          })
        : nothing;
      return html`<div class=${isDetailOpen && isBeside() ? 'requests is-split' : 'requests'} ${ref(width.observe)}>
        ${isDetailOpen && !isBeside() ? nothing : drawListPane()} ${pane} ${arrivals.render()}
      </div>`;
    },
  };
};

const toNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null);
