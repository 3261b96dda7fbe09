import type { RunResult } from '@cursor/sdk';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCallIds } from '../../../src/backends/cursor-sdk/process/call-ids.ts';
import { createAnswer } from '../../../src/backends/cursor-sdk/process/follow-answer.ts';
import type { RunEvent } from '../../../src/core/run-event.ts';
import { checkRunGrammar } from '../../support/check-run-grammar.ts';

const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 };

/** An answer to a run that ends when the test says so. */
const begin = (timeouts: { turnEndMs?: number; silenceMs?: number } = {}, hasTools = false) => {
  const events: RunEvent[] = [];
  const firsts: boolean[] = [];
  const abortion = new AbortController();
  const result = Promise.withResolvers<RunResult>();
  const cancels: string[] = [];
  const answer = createAnswer({
    agentId: 'agent',
    hasTools,
    offeredTools: hasTools ? [{ name: 'look', description: null, parameters: { type: 'object' } }] : [],
    callIds: createCallIds(),
    startedMs: performance.now(),
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
    expect(await following).toEqual({ type: 'finished', usage: { ...usage, reasoningTokens: 0 }, isRecorded: true });
    expect(events.map(({ type }) => type)).toEqual(['run-start', 'text-start', 'text-delta', 'text-delta', 'text-end']);
    expect(firsts.indexOf(true)).toBe(0);
    expect(firsts.lastIndexOf(true)).toBe(0);
  });

  it('ends well where the stream does not end after the turn', async () => {
    const { answer, run, cancels } = begin({ turnEndMs: 20 });
    const following = answer.follow(run);
    answer.receive(text('a'));
    answer.receive({ type: 'turn-ended', usage });
    expect(await following).toEqual({ type: 'finished', usage: { ...usage, reasoningTokens: 0 }, isRecorded: false });
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
    expect(await following).toEqual({ type: 'finished', usage: null, isRecorded: true });
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

describe('an answer in turns', () => {
  const listed = { type: 'tool-requests-listed', callCount: 1 } as const;
  const started = (callId: string) =>
    ({
      type: 'tool-call-started',
      callId,
      modelCallId: callId,
      toolCall: { type: 'mcp', args: { toolName: 'look' } },
    }) as const;
  const toUsage = (inputTokens: number, outputTokens: number) => ({
    inputTokens,
    outputTokens,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  });
  /** Lets the model make a listed call; resolves to its result. */
  const makeCall = ({ answer }: ReturnType<typeof begin>, id: string) => {
    answer.receive(listed);
    answer.receive(started(id));
    return answer.customTools?.['look']?.execute({}, { toolCallId: id });
  };
  const toResult = (toolCallId: string) => ({ toolCallId, content: [], isError: false });

  it('gives each turn the usage that was reported in it, and the last one the rest', async () => {
    const test = begin({}, true);
    const { answer, run, events, result } = test;
    const following = answer.follow(run);
    answer.receive(text('a'));
    answer.receive({ type: 'turn-ended', usage: { ...toUsage(10, 2) } });
    const first = makeCall(test, '1');
    await expect.poll(() => events.at(-1)?.type).toBe('run-end');
    answer.giveResults([toResult('1')]);
    const second = makeCall(test, '2');
    await expect.poll(() => events.filter(({ type }) => type === 'run-end')).toHaveLength(2);
    answer.giveResults([toResult('2')]);
    await Promise.all([first, second]);
    answer.receive(text('b'));
    answer.receive({ type: 'turn-ended', usage: { ...toUsage(20, 3) } });
    result.resolve({ id: 'run', status: 'finished', usage: { ...toUsage(30, 5), totalTokens: 35 } });
    const end = await following;
    if (end.type === 'finished') events.push(...answer.toEnding(end.usage));
    checkRunGrammar(events);
    expect(events.flatMap((event) => (event.type === 'run-end' ? [event.usage] : []))).toEqual([
      toUsage(10, 2),
      null,
      toUsage(20, 3),
    ]);
  });

  it('takes what a turn reported off the whole prompt, whatever its kinds', async () => {
    const test = begin({}, true);
    const { answer, run, events, result } = test;
    const following = answer.follow(run);
    answer.receive({ type: 'turn-ended', usage: { ...toUsage(10, 2) } });
    const made = makeCall(test, '1');
    await expect.poll(() => events.at(-1)?.type).toBe('run-end');
    answer.giveResults([toResult('1')]);
    await made;
    result.resolve({
      id: 'run',
      status: 'finished',
      usage: { ...toUsage(4, 5), cacheReadTokens: 20, totalTokens: 29 },
    });
    await following;
    const whole = { ...toUsage(4, 5), cacheReadTokens: 20 };
    expect(answer.toEnding(whole).at(-1)).toMatchObject({ usage: { ...toUsage(0, 3), cacheReadTokens: 14 } });
  });

  it('counts silence only while no call waits', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const test = begin({ silenceMs: 1_000 }, true);
    const { answer, run } = test;
    const following = answer.follow(run);
    const made = makeCall(test, '1');
    await vi.advanceTimersByTimeAsync(600_000);
    // An update of the backend while a call waits must not set the clock going again.
    answer.receive({ type: 'token-delta', tokens: 1 });
    await vi.advanceTimersByTimeAsync(600_000);
    answer.giveResults([toResult('1')]);
    expect(await made).toEqual({ content: [], isError: false });
    await vi.advanceTimersByTimeAsync(999);
    expect(test.cancels).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await following).toEqual({ type: 'silence' });
  });

  it('has failed where the run ends without waiting for its calls', async () => {
    const test = begin({}, true);
    const following = test.answer.follow(test.run);
    const made = makeCall(test, '1');
    await expect.poll(() => test.events.at(-1)?.type).toBe('run-end');
    test.result.resolve({ id: 'run', status: 'finished' });
    expect(await following).toEqual({ type: 'cancelled' });
    expect(await made).toMatchObject({ isError: true });
  });

  it('keeps calls that come before the run is known', async () => {
    const test = begin({}, true);
    test.answer.receive(text('a'));
    const made = makeCall(test, '1');
    await Promise.resolve();
    expect(test.events).toEqual([]);
    const following = test.answer.follow(test.run);
    await expect.poll(() => test.events.at(-1)?.type).toBe('run-end');
    expect(test.events.map(({ type }) => type)).toEqual([
      'run-start',
      'text-start',
      'text-delta',
      'text-end',
      'tool-call',
      'run-end',
    ]);
    test.answer.giveResults([toResult('1')]);
    await made;
    test.result.resolve({ id: 'run', status: 'finished' });
    await following;
  });
});
