import type { RunResult } from '@cursor/sdk';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAnswer } from '../../../src/backends/cursor-sdk/process/follow-answer.ts';
import type { RunEvent } from '../../../src/core/run-event.ts';

const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 };

/** An answer to a run that ends when the test says so. */
const begin = (timeouts: { turnEndMs?: number; silenceMs?: number } = {}) => {
  const events: RunEvent[] = [];
  const firsts: boolean[] = [];
  const abortion = new AbortController();
  const result = Promise.withResolvers<RunResult>();
  const cancels: string[] = [];
  const answer = createAnswer({
    agentId: 'agent',
    signal: abortion.signal,
    timeouts: { createMs: 1_000, sendMs: 1_000, turnEndMs: 5_000, silenceMs: 5_000, ...timeouts },
    onEvents(added, isFirst) {
      events.push(...added);
      firsts.push(isFirst);
    },
  });
  const run = {
    id: 'run',
    wait: () => result.promise,
    async cancel() {
      cancels.push('run');
    },
  };
  return { answer, run, events, firsts, abortion, result, cancels };
};

const text = (value: string) => ({ type: 'text-delta', text: value }) as const;

describe('createAnswer', () => {
  it('keeps updates that come before the run is known', async () => {
    const { answer, run, events, firsts, result } = begin();
    answer.receive(text('a'));
    expect(events).toEqual([]);
    const following = answer.follow(run);
    answer.receive(text('b'));
    result.resolve({ id: 'run', status: 'finished', usage: { ...usage, totalTokens: 10 } });
    expect(await following).toEqual({ type: 'finished', usage: { ...usage, reasoningTokens: 0 } });
    expect(events.map(({ type }) => type)).toEqual(['run-start', 'text-start', 'text-delta', 'text-delta', 'text-end']);
    expect(firsts.indexOf(true)).toBe(0);
    expect(firsts.lastIndexOf(true)).toBe(0);
  });

  it('ends well where the stream does not end after the turn', async () => {
    const { answer, run, cancels } = begin({ turnEndMs: 20 });
    const following = answer.follow(run);
    answer.receive(text('a'));
    answer.receive({ type: 'turn-ended', usage });
    expect(await following).toEqual({ type: 'finished', usage: { ...usage, reasoningTokens: 0 } });
    expect(cancels).toEqual(['run']);
  });

  it('goes on where another turn follows', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { answer, run, result, events } = begin({ turnEndMs: 20 });
    const following = answer.follow(run);
    answer.receive({ type: 'turn-ended', usage });
    answer.receive(text('a'));
    let isOver = false;
    void following.finally(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(isOver).toBe(false);
    result.resolve({ id: 'run', status: 'finished' });
    expect(await following).toEqual({ type: 'finished', usage: null });
    expect(events.at(-1)?.type).toBe('text-end');
  });

  it('is cancelled by silence', async () => {
    const { answer, run, cancels } = begin({ silenceMs: 20 });
    expect(await answer.follow(run)).toEqual({ type: 'silence' });
    expect(cancels).toEqual(['run']);
  });

  it('is cancelled by an abortion that came before it', async () => {
    const { answer, run, abortion, cancels } = begin();
    abortion.abort();
    expect(await answer.follow(run)).toEqual({ type: 'abort' });
    expect(cancels).toEqual(['run']);
  });

  it('tells of a run that breaks', async () => {
    const { answer, run, result } = begin();
    const following = answer.follow(run);
    result.reject(new Error('broken'));
    expect(await following).toEqual({ type: 'error', text: 'broken' });
  });

  it('gives out nothing after a tool', async () => {
    const { answer, run, events } = begin();
    const following = answer.follow(run);
    answer.receive({ type: 'tool-requests-listed', callCount: 1 });
    answer.receive(text('a'));
    expect(await following).toEqual({ type: 'tool', toolName: 'unknown' });
    expect(events).toEqual([]);
  });
});
