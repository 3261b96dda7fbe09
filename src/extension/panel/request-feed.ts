import type { ActivityChange, ActivityLog, RequestDetail, RequestSummary } from '../../core/request-activity.ts';
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
  /** `null` for none. */
  watch(id: number | null): void;
  take(change: ActivityChange): void;
  /** Gives up what waits, as where nobody looks any more. */
  reset(): void;
}

/** A row of the list: without headers and bodies, of which a list has no use. */
const toRow = (request: RequestDetail): RequestSummary => ({
  id: request.id,
  requestId: request.requestId,
  startedAt: request.startedAt,
  method: request.method,
  path: request.path,
  client: request.client,
  protocol: request.protocol,
  tokenName: request.tokenName,
  model: request.model,
  isStream: request.isStream,
  outcome: request.outcome,
  status: request.status,
  errorCode: request.errorCode,
  firstDeltaMs: request.firstDeltaMs,
  durationMs: request.durationMs,
  usage: request.usage,
  costUsd: request.costUsd,
  canCancel: request.canCancel,
});

/** `readLog` gives `null` where nothing was served yet; `onSeen` is called when the list comes to show requests. */
export const createRequestFeed = (
  readLog: () => Pick<ActivityLog, 'list' | 'find' | 'isCapturing'> | null,
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
    const rows = log?.list() ?? [];
    notify('allRequests', { rows, isCapturing: log?.isCapturing ?? false });
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
    const rows = [...changed].toSorted((a, b) => a - b).flatMap((id) => log?.find(id) ?? []);
    changed.clear();
    if (rows.length === 0) return;
    notify('changedRequests', { rows: rows.map(toRow) });
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
      sendWatched();
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
          isReset = isListed;
          isWatchedChanged = true;
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
