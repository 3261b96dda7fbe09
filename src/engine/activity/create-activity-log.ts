import { randomUUID } from 'node:crypto';
import type { UsageCounter } from '../../core/daily-usage.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ActivityChange, RequestDetail } from '../../core/request-activity.ts';
import type { ActivityRecorder } from './activity-recorder.ts';
import { createCaptures } from './captures.ts';
import { createRequestTrace } from './create-request-trace.ts';
import { createSharedHeaders } from './shared-headers.ts';
import { findMark, type RequestRecord, toSummary } from './request-record.ts';

export interface ActivityLogOptions {
  readonly counter: UsageCounter;
  /** How many requests are remembered. */
  readonly maxRequests?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const MAX_REQUESTS = 10_000;

/** A page on any site can send requests that are refused: they shall not push the others out of the list. */
const MAX_STRANGERS_PER_MINUTE = 60;

/** Keeps the requests of this process in memory, and what was said in them only while that is switched on. */
export const createActivityLog = ({
  counter,
  maxRequests = MAX_REQUESTS,
  now = Date.now,
}: ActivityLogOptions): ActivityRecorder => {
  const records = new Map<number, RequestRecord>();
  const cancellations = new Map<number, AbortController>();
  const captures = createCaptures();
  const shareHeaders = createSharedHeaders();
  const listeners = new Set<(change: ActivityChange) => void>();
  let lastId = 0;
  let isCapturing = false;
  let strangers = { since: 0, count: 0 };

  const notify = (change: ActivityChange): void => {
    for (const listener of listeners) listener(change);
  };
  const mayListStranger = (): boolean => {
    const at = now();
    if (at - strangers.since >= 60_000) strangers = { since: at, count: 0 };
    strangers.count += 1;
    return strangers.count <= MAX_STRANGERS_PER_MINUTE;
  };
  const forget = (id: number): void => {
    records.delete(id);
    captures.remove(id);
  };
  /** Those under way stay, however old. */
  const makeRoom = (): void => {
    for (const { id, outcome } of records.values()) {
      if (records.size < maxRequests) return;
      if (outcome !== 'running') forget(id);
    }
  };
  const toDetail = (record: RequestRecord): RequestDetail => ({
    ...toSummary(record),
    marks: [...record.marks],
    conversation: record.conversation,
    requestHeaders: record.requestHeaders,
    responseHeaders: record.responseHeaders,
    errorMessage: record.errorMessage,
    finishReason: record.finishReason,
    capture: captures.find(record.id)?.toRequestCapture() ?? null,
  });

  return {
    id: randomUUID(),
    begin(request) {
      lastId += 1;
      const id = lastId;
      return createRequestTrace({
        id,
        request,
        startedAt: now(),
        shareHeaders,
        capture: isCapturing ? captures.begin(id) : null,
        onRecord(record) {
          if (findMark(record, 'authenticated') === null && !mayListStranger()) return;
          makeRoom();
          records.set(id, record);
        },
        onCancellable: (cancellation) => cancellations.set(id, cancellation),
        onChange() {
          if (records.has(id)) notify({ type: 'request', id });
        },
        onAnswerText: (text) => notify({ type: 'answer-text', id, text }),
        onEnd(record) {
          cancellations.delete(id);
          // What nobody can find is not kept either.
          if (records.has(id)) captures.settle(id);
          else captures.remove(id);
          // An answer that is told again has cost nothing again, and was not let in again.
          const { model, outcome, usage, costUsd } = record;
          if (model === null || findMark(record, 'admitted') === null) return;
          if (outcome === 'succeeded' || usage !== null) counter.add({ model, usage, costUsd }, now());
        },
      });
    },
    list: () => [...records.values()].map(toSummary),
    listSince: (at) => [...records.values()].filter(({ startedAt }) => startedAt >= at).map(toSummary),
    findSummary(id) {
      const record = records.get(id);
      return record === undefined ? null : toSummary(record);
    },
    find(id) {
      const record = records.get(id);
      return record === undefined ? null : toDetail(record);
    },
    get today() {
      return counter.readDay(now());
    },
    cancel(id) {
      const cancellation = cancellations.get(id);
      cancellation?.abort(new GatewayError('request_cancelled', 'The request was cancelled by the user of Portside.'));
      return cancellation !== undefined;
    },
    get isCapturing() {
      return isCapturing;
    },
    setCapturing(next) {
      if (next === isCapturing) return;
      isCapturing = next;
      if (!next) captures.clear();
      notify({ type: 'reset' });
    },
    clear() {
      for (const { id, outcome } of records.values()) if (outcome !== 'running') forget(id);
      notify({ type: 'reset' });
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
