import type { ActivityChange } from '../../core/request-activity.ts';
import type { PanelTab } from '../../panel/contract/panel-messages.ts';
import type { AccessModel, ConnectModel, OverviewModel, SessionRow } from '../../panel/models.ts';
import type { NotifyPanel } from './panel-transport.ts';
import type { RequestFeed } from './request-feed.ts';
import { createThrottle } from './throttle.ts';

/** How often what is read anew as a whole is sent at most. */
const OVERVIEW_MS = 250;
const TAB_MS = 500;
/** Ages grow, and the history moves on, without anything that happens. */
const REFRESH_MS = 10_000;

/** Where the panel's data come from. */
export interface PanelSources {
  readonly overview: () => OverviewModel;
  readonly sessions: () => Promise<readonly SessionRow[]>;
  readonly access: () => Promise<AccessModel>;
  readonly connect: () => Promise<ConnectModel>;
  /** Whether the server's code is loaded anyway, so that reading tokens and accounts costs nothing more. */
  readonly isLoaded: () => boolean;
}

/** Sends the panel what it shows, as it changes: only while it is seen, and beside the overview only the tab that is. */
export interface PanelFeed {
  /** The panel listens, with nothing in it: sends everything once. */
  start(tab: PanelTab): void;
  /** Nobody looks any more, and what the panel had is gone. */
  stop(): void;
  showTab(tab: PanelTab): void;
  watchRequest(id: number | null): void;
  noteActivity(change: ActivityChange): void;
  /** Something that the overview tells has changed, such as how many runs there are. */
  noteState(): void;
  /** The server has come or gone, or serves on another account. */
  noteServing(): void;
  noteAccess(): void;
  /** What tools are connected to has changed. */
  noteConnect(): void;
  /** Sends the sessions anew, as after one was closed. */
  noteSessions(): void;
}

export const createPanelFeed = (options: {
  readonly sources: PanelSources;
  readonly requests: RequestFeed;
  readonly notify: NotifyPanel;
  /** Told of what could not be read. */
  readonly onFailure: (error: unknown) => void;
}): PanelFeed => {
  const { sources, requests, notify, onFailure } = options;
  let tab: PanelTab = 'overview';
  let timer: ReturnType<typeof setInterval> | null = null;
  /** Another one each time that the panel comes into sight: what was asked for before is not sent any more. */
  let sight = 0;

  const isSeen = (): boolean => timer !== null;

  /** Reads and sends; of several that overlap, the last one counts. */
  const createSender = <Model>(read: () => Promise<Model>, send: (model: Model) => void): (() => void) => {
    let latest = 0;
    const run = async (): Promise<void> => {
      latest += 1;
      const asked = { sight, latest };
      try {
        const model = await read();
        if (isSeen() && asked.sight === sight && asked.latest === latest) send(model);
      } catch (error) {
        onFailure(error);
      }
    };
    return () => void run();
  };

  const sendOverview = (): void => {
    try {
      notify('overview', sources.overview());
    } catch (error) {
      onFailure(error);
    }
  };
  const sendSessions = createSender(sources.sessions, (rows) => notify('sessions', { rows }));
  const sendAccess = createSender(sources.access, (model) => notify('access', model));
  const sendConnect = createSender(sources.connect, (model) => notify('connect', model));

  const overview = createThrottle(OVERVIEW_MS, sendOverview);
  const sessions = createThrottle(TAB_MS, sendSessions);
  const access = createThrottle(TAB_MS, sendAccess);
  const connect = createThrottle(TAB_MS, sendConnect);

  const sendTab = (): void => {
    switch (tab) {
      case 'overview':
        break;
      case 'requests':
        requests.sendAll();
        break;
      case 'sessions':
        sendSessions();
        break;
      case 'access':
        sendAccess();
        break;
      case 'connect':
        sendConnect();
        break;
    }
  };

  const setTab = (next: PanelTab): void => {
    tab = next;
    requests.setListed(tab === 'requests');
  };

  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
    sight += 1;
    for (const throttle of [overview, sessions, access, connect]) throttle.cancel();
    requests.reset();
  };

  const refresh = (): void => {
    overview.call();
    if (tab === 'sessions') sessions.call();
  };

  const noteFor = (of: PanelTab, throttle: { call(): void }) => (): void => {
    if (isSeen() && tab === of) throttle.call();
  };
  const noteAccess = noteFor('access', access);
  const noteConnect = noteFor('connect', connect);
  const noteSessions = noteFor('sessions', sessions);

  return {
    start(first) {
      stop();
      timer = setInterval(refresh, REFRESH_MS);
      setTab(first);
      sendOverview();
      requests.sendAll();
      sendSessions();
      // These read tokens and accounts, which loads the server's code.
      if (tab === 'access' || sources.isLoaded()) sendAccess();
      if (tab === 'connect' || sources.isLoaded()) sendConnect();
    },
    stop,
    showTab(next) {
      if (!isSeen()) return;
      setTab(next);
      sendTab();
    },
    watchRequest(id) {
      if (isSeen()) requests.watch(id);
    },
    noteActivity(change) {
      if (!isSeen()) return;
      requests.take(change);
      if (change.type === 'answer-text') return;
      overview.call();
      noteSessions();
    },
    noteState() {
      if (isSeen()) overview.call();
    },
    noteServing() {
      if (!isSeen()) return;
      overview.call();
      noteAccess();
      noteConnect();
      noteSessions();
    },
    noteAccess,
    noteConnect,
    noteSessions,
  };
};
