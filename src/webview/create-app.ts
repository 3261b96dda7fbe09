import { html, render, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { PanelBoot } from '../panel/contract/boot.ts';
import type { NotificationHandlers } from '../panel/contract/define.ts';
import { PANEL_TABS, type panelNotifications, type PanelTab } from '../panel/contract/panel-messages.ts';
import { createAnnouncer } from './create-announcer.ts';
import { createLocalizer } from './create-localizer.ts';
import { createMemory } from './create-memory.ts';
import { createTransport } from './create-transport.ts';
import type { EditorHost } from './editor-host.ts';
import { createScrollKeeper } from './scroll-keeper.ts';
import { tabStrip, toPanelId, toTabId, type TabLabel } from './tab-strip.ts';
import type { ViewContext } from './tab-view.ts';
import { createAccessView } from './views/access/create-access-view.ts';
import { createConnectView } from './views/connect/create-connect-view.ts';
import { createOverviewView } from './views/overview/create-overview-view.ts';
import { createRequestsView } from './views/requests/create-requests-view.ts';
import { createSessionsView } from './views/sessions/create-sessions-view.ts';

/** The panel in a page. */
export interface PanelApp {
  /** Takes a message from the extension. */
  receive(message: unknown): void;
}

const isTab = (value: unknown): value is PanelTab => PANEL_TABS.some((tab) => tab === value);

/** Draws the panel into `root` and tells the extension that it listens. */
export const createApp = ({
  root,
  host,
  boot,
}: {
  readonly root: HTMLElement;
  readonly host: EditorHost;
  readonly boot: PanelBoot;
}): PanelApp => {
  const l10n = createLocalizer(boot.l10n);
  const memory = createMemory(host);
  const shellMemory = memory.of('shell');
  const announcer = createAnnouncer();
  const scrollKeeper = createScrollKeeper(shellMemory);
  const keptTab = shellMemory.read('tab');
  let shown: PanelTab = isTab(keptTab) ? keptTab : 'overview';
  let activeRuns = 0;
  let isFrameAsked = false;

  const invalidate = (): void => {
    if (isFrameAsked) return;
    isFrameAsked = true;
    requestAnimationFrame(() => {
      isFrameAsked = false;
      draw();
    });
  };

  const show = (tab: PanelTab): void => {
    if (tab === shown) return;
    shown = tab;
    shellMemory.write('tab', tab);
    transport.client.command('showTab', { tab });
    // At once: the tab that gets the focus has to be the chosen one.
    draw();
  };

  const handlers: NotificationHandlers<typeof panelNotifications> = {
    overview: (model) => {
      activeRuns = model.activeRuns;
      views.overview.update(model);
    },
    allRequests: (model) => views.requests.update(model),
    changedRequests: ({ rows }) => views.requests.change(rows),
    requestDetail: (detail) => views.requests.showDetail(detail),
    answerText: ({ id, text }) => views.requests.appendAnswer(id, text),
    sessions: (model) => views.sessions.update(model),
    access: (model) => views.access.update(model),
    connect: (model) => views.connect.update(model),
    reveal: ({ tab, toolId }) => {
      if (toolId !== undefined) views.connect.choose(toolId);
      show(tab);
      root.querySelector<HTMLElement>(`#${toTabId(tab)}`)?.focus();
    },
  };

  const transport = createTransport(host, handlers);
  const toContext = (tab: PanelTab): ViewContext => ({
    client: transport.client,
    l10n,
    locale: boot.locale,
    invalidate,
    announce: (text) => announcer.announce(text),
    memory: memory.of(tab),
  });
  const views = {
    overview: createOverviewView(toContext('overview'), { showTab: show }),
    requests: createRequestsView(toContext('requests'), { showTab: show, isShown: () => shown === 'requests' }),
    sessions: createSessionsView(toContext('sessions')),
    access: createAccessView(toContext('access')),
    connect: createConnectView(toContext('connect')),
  };

  const listTabs = (): readonly TabLabel[] => [
    { tab: 'overview', icon: 'dashboard', label: l10n.t('Overview'), badge: null },
    {
      tab: 'requests',
      icon: 'list-unordered',
      label: l10n.t('Requests'),
      badge: activeRuns > 0 ? { count: activeRuns, meaning: l10n.t('under way') } : null,
    },
    { tab: 'sessions', icon: 'comment-discussion', label: l10n.t('Sessions'), badge: null },
    { tab: 'access', icon: 'key', label: l10n.t('Access'), badge: null },
    { tab: 'connect', icon: 'plug', label: l10n.t('Connect'), badge: null },
  ];

  const labelOf = (tab: PanelTab): string => listTabs().find((entry) => entry.tab === tab)?.label ?? tab;

  const draw = (): void => {
    render(
      html`<main class="panel-shell">
        ${tabStrip({ tabs: listTabs(), shown, label: l10n.t('Portside'), onShow: show })}
        ${keyed(shown, tabPanel(shown, views[shown].render()))}
      </main>`,
      root,
      { renderBefore: announcer.element },
    );
    scrollKeeper.afterDraw(shown, root.querySelector<HTMLElement>('.tab-panel'));
  };

  const tabPanel = (tab: PanelTab, content: TemplateResult): TemplateResult =>
    html`<div
      class="tab-panel"
      role="tabpanel"
      id=${toPanelId(tab)}
      aria-labelledby=${toTabId(tab)}
      @scroll=${scrollKeeper.onScroll}
      @wheel=${scrollKeeper.onInput}
      @pointerdown=${scrollKeeper.onInput}
      @keydown=${scrollKeeper.onInput}
    >
      <h1 class="visually-hidden">${labelOf(tab)}</h1>
      ${content}
    </div>`;

  root.append(announcer.element);
  draw();
  transport.client.command('ready', { tab: shown });
  return { receive: (message) => transport.receive(message) };
};
