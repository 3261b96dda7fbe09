import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountInfo } from '../../../../src/core/account.ts';
import { createAccessSource } from '../../../../src/extension/panel/access-source.ts';
import { anAccount } from '../states.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const createHarness = () => {
  const known = { account: null as AccountInfo | null, failure: null as Error | null, reads: 0 };
  const listeners = new Set<() => void>();
  const tokenListeners = new Set<() => void>();
  const subscribeTo = (to: Set<() => void>) => (listener: () => void) => {
    to.add(listener);
    return () => to.delete(listener);
  };
  const accounts = {
    onDidChange: subscribeTo(listeners),
    list: async () => (known.account === null ? [] : [known.account]),
    current: async () => known.account,
  };
  const tokens = { onDidChange: subscribeTo(tokenListeners), list: () => [] };
  /** What the panel's overview would show at each change. */
  const told: (string | null)[] = [];
  const failures: unknown[] = [];
  const source = createAccessSource(
    {
      async open() {
        known.reads += 1;
        if (known.failure !== null) throw known.failure;
        return { accounts, openTokens: async () => ({ tokens }) } as never;
      },
    },
    () => told.push(source.account?.name ?? null),
    (error) => failures.push(error),
  );
  const change = async (account: string | null): Promise<void> => {
    known.account = account === null ? null : anAccount({ name: account });
    for (const listener of listeners) listener();
    await vi.advanceTimersByTimeAsync(300);
  };
  return { source, known, listeners, tokenListeners, told, failures, change };
};

describe('access source', () => {
  it('knows the account that is used after each change, whoever looks', async () => {
    const { source, told, change } = createHarness();
    expect(source.isOpen).toBe(false);
    await source.read();
    expect(source.isOpen).toBe(true);
    await change('old');
    await change('new');
    await change(null);
    expect(told).toEqual(['old', 'new', null]);
  });

  it('follows from the first time that it is told to', async () => {
    const { source, told, change, known } = createHarness();
    known.account = anAccount({ name: 'first' });
    source.refresh();
    await vi.advanceTimersByTimeAsync(300);
    await change('second');
    expect(told).toEqual(['first', 'second']);
  });

  it('tells of tokens at once, which change with their use, and reads no accounts for that', async () => {
    const { source, known, told, tokenListeners } = createHarness();
    await source.read();
    for (const listener of tokenListeners) listener();
    expect(told).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(300);
    expect(known.reads).toBe(1);
  });

  it('gathers changes', async () => {
    const { source, known, change } = createHarness();
    await source.read();
    for (let count = 0; count < 100; count += 1) source.refresh();
    await change('new');
    expect(known.reads).toBe(2);
  });

  it('goes on after a failure', async () => {
    const { source, known, failures, told, change } = createHarness();
    await source.read();
    known.failure = new Error('The secrets cannot be read.');
    await change('new');
    expect(failures).toEqual([known.failure]);
    known.failure = null;
    await change('newer');
    expect(told).toEqual([null, 'newer']);
  });

  it('ends', async () => {
    const { source, listeners, tokenListeners, told, change } = createHarness();
    await source.read();
    source.refresh();
    source.dispose();
    source.refresh();
    await change('new');
    expect(told).toEqual([]);
    expect(listeners.size + tokenListeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
