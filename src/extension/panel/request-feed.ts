import type { ActivityChange, ActivityLog, RequestDetail } from '../../core/request-activity.ts';
import type { NotifyPanel } from './panel-transport.ts';
import { createThrottle } from './throttle.ts';

/** At most one message in this time: a busy server changes its requests far more often than anybody can see. */
const GATHER_MS = 100;

/** Keeps the requests in the panel up to date, and the one that is watched. */
export interface RequestFeed {
  /** Sends all, in place of those that were there. */
  sendAll(): void;
  /** Whether rows are sent as they change. The watched request is in any case. */
  setListed(isListed: boolean): void;
  /** Sends this one whenever it changes: who watches it reads it once. `null` for none. */
  watch(id: number | null): void;
  /** All that is known of a request: what waits to be sent of its answer is in it. `null` where it is not known any more. */
  read(id: number): RequestDetail | null;
  take(change: ActivityChange): void;
  /** Gives up what waits, as where nobody looks any more. */
  reset(): void;
}

/** `readLog` gives `null` where nothing was served yet; `onSeen` is called when the list comes to show requests. */
export const createRequestFeed = (
  readLog: () => Pick<ActivityLog, 'id' | 'list' | 'find' | 'findSummary' | 'isCapturing'> | null,
  notify: NotifyPanel,
  onSeen: () => void,
): RequestFeed => {
  const changed = new Set<number>();
  let isListed = false;
  let watched: number | null = null;
  let isWatchedChanged = false;
  let isReset = false;
  let answerText = '';

  const sendAll = (): void => {
    const log = readLog();
    changed.clear();
    isReset = false;
    // Whoever is given the list reads the watched request again.
    isWatchedChanged = false;
    const rows = log?.list() ?? [];
    notify('allRequests', { logId: log?.id ?? '', rows, isCapturing: log?.isCapturing ?? false });
    if (isListed && rows.length > 0) onSeen();
  };

  /** The detail holds the whole answer so far: what waits of it would come twice. */
  const sendWatched = (): void => {
    isWatchedChanged = false;
    answerText = '';
    const detail = watched === null ? null : (readLog()?.find(watched) ?? null);
    if (detail !== null) notify('requestDetail', detail);
  };

  const sendChanged = (): void => {
    const log = readLog();
    const rows = [...changed].toSorted((a, b) => a - b).flatMap((id) => log?.findSummary(id) ?? []);
    changed.clear();
    if (rows.length === 0) return;
    notify('changedRequests', { rows });
    onSeen();
  };

  const throttle = createThrottle(GATHER_MS, () => {
    if (isReset) sendAll();
    else sendChanged();
    if (isWatchedChanged) {
      sendWatched();
    } else if (answerText !== '' && watched !== null) {
      const text = answerText;
      answerText = '';
      notify('answerText', { id: watched, text });
    }
  });

  return {
    sendAll,
    setListed(next) {
      isListed = next;
      if (!next) changed.clear();
    },
    watch(id) {
      watched = id;
      isWatchedChanged = false;
      answerText = '';
    },
    read(id) {
      if (id === watched) {
        isWatchedChanged = false;
        answerText = '';
      }
      return readLog()?.find(id) ?? null;
    },
    take(change) {
      switch (change.type) {
        case 'request':
          if (isListed) changed.add(change.id);
          if (change.id === watched) isWatchedChanged = true;
          if (!isListed && change.id !== watched) return;
          break;
        case 'answer-text':
          if (change.id !== watched) return;
          answerText += change.text;
          break;
        case 'reset':
          answerText = '';
          if (!isListed) return;
          isReset = true;
          break;
      }
      throttle.call();
    },
    reset() {
      throttle.cancel();
      changed.clear();
      watched = null;
      isListed = false;
      isReset = false;
      isWatchedChanged = false;
      answerText = '';
    },
  };
};
