import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPanelFeed } from '../../../../src/extension/panel/panel-feed.ts';
import { createRequestFeed } from '../../../../src/extension/panel/request-feed.ts';
import { toOverviewModel } from '../../../../src/extension/panel/overview-model.ts';
import type { PanelTab } from '../../../../src/panel/contract/panel-messages.ts';
import { english } from '../english.ts';
import { aRequest } from './requests.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const OVERVIEW = toOverviewModel(
  { status: 'stopped' },
  {
    l10n: english,
    forwardedUrl: null,
    takesOver: true,
    isTrusted: true,
    hasAccount: null,
    activity: null,
    account: null,
    now: 0,
  },
);

const createHarness = (isLoaded = false, failure: Error | null = null) => {
  const sent: string[] = [];
  const reads: string[] = [];
  const failures: unknown[] = [];
  const notify = (name: string): void => void sent.push(name);
  const read =
    <Model>(name: string, model: Model) =>
    async (): Promise<Model> => {
      reads.push(name);
      return model;
    };
  const feed = createPanelFeed({
    notify,
    onFailure: (error) => failures.push(error),
    requests: createRequestFeed(
      () => ({
        id: 'log',
        list: () => [],
        find: (id) => aRequest({ id }),
        findSummary: (id) => aRequest({ id }),
        isCapturing: false,
      }),
      notify,
      () => undefined,
    ),
    sources: {
      overview() {
        if (failure !== null) throw failure;
        return OVERVIEW;
      },
      sessions: read('sessions', []),
      access: read('access', { tokens: [], accounts: [], warnings: [] }),
      connect: read('connect', {
        tools: [],
        models: [],
        defaultModel: 'auto',
        baseUrl: null,
        allowsContainers: false,
        obstacle: null,
      }),
      isLoaded: () => isLoaded,
    },
  });
  /** What was sent since the last time, in the order of the alphabet. */
  const takeSent = async (): Promise<readonly string[]> => {
    await vi.advanceTimersByTimeAsync(600);
    return sent.splice(0).toSorted();
  };
  return { feed, takeSent, reads, failures };
};

describe('panel feed', () => {
  it.each<readonly [PanelTab, boolean, readonly string[]]>([
    ['overview', false, ['allRequests', 'overview', 'sessions']],
    ['overview', true, ['access', 'allRequests', 'connect', 'overview', 'sessions']],
    ['access', false, ['access', 'allRequests', 'overview', 'sessions']],
    ['connect', false, ['allRequests', 'connect', 'overview', 'sessions']],
  ])('starts on %s with everything that costs nothing (server code loaded: %s)', async (tab, isLoaded, expected) => {
    const { feed, takeSent } = createHarness(isLoaded);
    feed.start(tab);
    expect(await takeSent()).toEqual(expected);
  });

  it.each<readonly [PanelTab, readonly string[]]>([
    ['overview', ['overview']],
    ['requests', ['changedRequests', 'overview']],
    ['sessions', ['overview', 'sessions']],
    ['access', ['overview']],
    ['connect', ['overview']],
  ])('on %s, a request changes that tab and the overview alone', async (tab, expected) => {
    const { feed, takeSent } = createHarness();
    feed.start(tab);
    await takeSent();
    feed.noteActivity({ type: 'request', id: 1 });
    expect(await takeSent()).toEqual(expected);
  });

  it.each<readonly [PanelTab, readonly string[]]>([
    ['overview', ['overview']],
    ['sessions', ['overview', 'sessions']],
    ['access', ['access', 'overview']],
    ['connect', ['connect', 'overview']],
  ])('on %s, a server that has come or gone changes that tab too', async (tab, expected) => {
    const { feed, takeSent } = createHarness();
    feed.start(tab);
    await takeSent();
    feed.noteServing();
    expect(await takeSent()).toEqual(expected);
  });

  it('brings a tab up to date when it is shown', async () => {
    const { feed, takeSent } = createHarness();
    feed.start('overview');
    await takeSent();
    for (const [tab, expected] of [
      ['requests', ['allRequests']],
      ['sessions', ['sessions']],
      ['access', ['access']],
      ['connect', ['connect']],
      ['overview', []],
    ] as const) {
      feed.showTab(tab);
      expect(await takeSent()).toEqual(expected);
    }
  });

  it('lists sessions anew every 10 s while they are seen, and does not hammer them', async () => {
    const { feed, takeSent, reads } = createHarness();
    feed.start('sessions');
    await takeSent();
    reads.length = 0;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(reads).toEqual(['sessions', 'sessions', 'sessions']);
    for (let count = 0; count < 1000; count += 1) {
      feed.noteActivity({ type: 'request', id: 1 });
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(reads.length).toBeLessThanOrEqual(3 + 3);
  });

  it('sends nothing while it is hidden, and everything when it is back', async () => {
    const { feed, takeSent } = createHarness();
    feed.start('sessions');
    await takeSent();
    feed.noteSessions();
    feed.stop();
    feed.noteState();
    feed.noteServing();
    feed.noteActivity({ type: 'request', id: 1 });
    feed.showTab('access');
    feed.watchRequest(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await takeSent()).toEqual([]);
    feed.start('requests');
    expect(await takeSent()).toEqual(['allRequests', 'overview', 'sessions']);
  });

  it('goes on where the overview cannot be read', async () => {
    const failure = new Error('The database is locked.');
    const { feed, takeSent, failures } = createHarness(false, failure);
    feed.start('overview');
    expect(await takeSent()).toEqual(['allRequests', 'sessions']);
    feed.noteState();
    expect(await takeSent()).toEqual([]);
    expect(failures).toEqual([failure, failure]);
  });

  it('does not send what was asked for before it was hidden', async () => {
    const { feed, takeSent } = createHarness();
    feed.start('access');
    feed.stop();
    const sent = await takeSent();
    expect(sent).not.toContain('access');
    expect(sent).not.toContain('sessions');
  });
});
