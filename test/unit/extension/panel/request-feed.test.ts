import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestDetail } from '../../../../src/core/request-activity.ts';
import { createRequestFeed } from '../../../../src/extension/panel/request-feed.ts';
import { aRequest, toSummary } from './requests.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const createHarness = () => {
  const requests = new Map<number, RequestDetail>();
  const sent: (readonly [string, unknown])[] = [];
  const seen = vi.fn();
  const feed = createRequestFeed(
    () => ({
      id: 'log',
      list: () => [...requests.values()].map(toSummary),
      find: (id) => requests.get(id) ?? null,
      findSummary(id) {
        const request = requests.get(id);
        return request === undefined ? null : toSummary(request);
      },
      isCapturing: false,
    }),
    (name, payload) => sent.push([name, payload]),
    seen,
  );
  const change = (id: number, changes: Partial<RequestDetail> = {}): void => {
    requests.set(id, aRequest({ id, ...changes }));
    feed.take({ type: 'request', id });
  };
  /** What was sent since the last time. */
  const takeSent = () => sent.splice(0);
  return { feed, requests, change, takeSent, seen };
};

const SHOWN_KEYS = Object.keys(aRequest()).filter(
  (key) =>
    !['marks', 'conversation', 'requestHeaders', 'responseHeaders', 'errorMessage', 'finishReason', 'capture'].includes(
      key,
    ),
);

describe('request feed', () => {
  it('gathers changes into at most one message in 100 ms', () => {
    const { feed, change, takeSent } = createHarness();
    feed.setListed(true);
    for (let count = 0; count < 1000; count += 1) {
      change(count % 50);
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(100);
    const sent = takeSent();
    expect(sent.length).toBeGreaterThan(5);
    expect(sent.length).toBeLessThanOrEqual(11);
    expect(new Set(sent.map(([name]) => name))).toEqual(new Set(['changedRequests']));
  });

  it('sends a change at once where there was none for a while, each request once and in order', () => {
    const { feed, change, takeSent, seen } = createHarness();
    feed.setListed(true);
    change(2);
    change(1);
    change(2);
    vi.advanceTimersByTime(0);
    expect(takeSent()).toMatchObject([['changedRequests', { rows: [{ id: 1 }, { id: 2 }] }]]);
    expect(seen).toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(takeSent()).toEqual([]);
  });

  it('sends rows without headers and bodies', () => {
    const { feed, change, takeSent } = createHarness();
    feed.setListed(true);
    change(1, { capture: { requestBody: 'private', answerText: '', responseBody: null, isTruncated: false } });
    vi.advanceTimersByTime(0);
    const [[, payload] = []] = takeSent();
    expect((payload as { rows: object[] }).rows.map(Object.keys)).toEqual([SHOWN_KEYS]);
  });

  it('sends no rows where the list is not shown', () => {
    const { change, takeSent, seen } = createHarness();
    change(1);
    vi.advanceTimersByTime(1000);
    expect(takeSent()).toEqual([]);
    expect(seen).not.toHaveBeenCalled();
  });

  it('sends the watched request as it changes, and no other', () => {
    const { feed, requests, change, takeSent } = createHarness();
    requests.set(1, aRequest({ outcome: 'running' }));
    feed.watch(1);
    // Who watches it reads it.
    expect(feed.read(1)).toMatchObject({ id: 1, outcome: 'running' });
    expect(feed.read(2)).toBeNull();
    expect(takeSent()).toEqual([]);
    change(2);
    change(1);
    vi.advanceTimersByTime(0);
    expect(takeSent()).toMatchObject([['requestDetail', { id: 1, outcome: 'succeeded' }]]);
    feed.watch(null);
    change(1);
    vi.advanceTimersByTime(1000);
    expect(takeSent()).toEqual([]);
  });

  it('gathers the text of the watched answer, and sends no part of it twice', () => {
    const { feed, requests, change, takeSent } = createHarness();
    requests.set(1, aRequest());
    feed.watch(1);
    takeSent();
    for (const text of ['a', 'b', 'c']) feed.take({ type: 'answer-text', id: 1, text });
    feed.take({ type: 'answer-text', id: 2, text: 'x' });
    vi.advanceTimersByTime(0);
    expect(takeSent()).toEqual([['answerText', { id: 1, text: 'abc' }]]);
    // The detail holds it all.
    feed.take({ type: 'answer-text', id: 1, text: 'd' });
    change(1, { capture: { requestBody: null, answerText: 'abcd', responseBody: null, isTruncated: false } });
    vi.advanceTimersByTime(100);
    expect(takeSent()).toMatchObject([['requestDetail', { capture: { answerText: 'abcd' } }]]);
  });

  it('does not send what was read of an answer', () => {
    const { feed, requests, takeSent } = createHarness();
    requests.set(1, aRequest());
    feed.watch(1);
    feed.take({ type: 'answer-text', id: 1, text: 'read' });
    feed.read(2);
    feed.read(1);
    feed.take({ type: 'answer-text', id: 1, text: ' and more' });
    vi.advanceTimersByTime(0);
    expect(takeSent()).toEqual([['answerText', { id: 1, text: ' and more' }]]);
  });

  it('sends everything anew after a reset, the watched request not twice', () => {
    const { feed, requests, takeSent } = createHarness();
    feed.setListed(true);
    feed.watch(4);
    requests.set(4, aRequest({ id: 4 }));
    feed.take({ type: 'request', id: 4 });
    feed.take({ type: 'reset' });
    vi.advanceTimersByTime(0);
    const sent = takeSent();
    expect(sent).toMatchObject([['allRequests', { logId: 'log', rows: [{ id: 4 }], isCapturing: false }]]);
    expect(sent).toHaveLength(1);
  });

  it('sends nothing any more once nobody looks', () => {
    const { feed, change, takeSent } = createHarness();
    feed.setListed(true);
    change(1);
    feed.reset();
    vi.advanceTimersByTime(1000);
    change(2);
    vi.advanceTimersByTime(1000);
    expect(takeSent()).toEqual([]);
  });
});
