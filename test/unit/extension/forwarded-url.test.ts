import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Logger } from '../../../src/core/logger.ts';
import { createForwardedUrl } from '../../../src/extension/network/forwarded-url.ts';
import { STATES, running } from './states.ts';

interface EditorEnvironment {
  readonly uiKind: number;
  remoteName: string | undefined;
  asExternalUri: (url: string) => Promise<string>;
}

const editor = vi.hoisted((): { readonly env: EditorEnvironment } => ({
  env: { uiKind: 1, remoteName: undefined, asExternalUri: async (url) => url },
}));
vi.mock('vscode', () => ({ ...editor, UIKind: { Desktop: 1, Web: 2 }, Uri: { parse: (url: string) => url } }));

const BASE_URL = 'http://127.0.0.1:8765/v1';
const OTHER_BASE_URL = 'http://127.0.0.1:9000/v1';
const TUNNEL = 'https://8765.tunnel.example/v1';
const OTHER_TUNNEL = 'https://9000.tunnel.example/v1';

type Answer = string | Error | Promise<string>;

/** Notes what comes of the editor's answers, in the order they are asked for; after the last one there is none. */
const createHarness = (answers: readonly Answer[]) => {
  const events: string[] = [];
  const remaining = [...answers];
  const ignore = (): void => undefined;
  const logger: Logger = {
    debug: ignore,
    info: ignore,
    warn: () => events.push('warn'),
    error: () => events.push('error'),
  };
  editor.env.asExternalUri = async (url) => {
    events.push(`ask ${url}`);
    const answer = remaining.shift() ?? new Error('asked too often');
    if (answer instanceof Error) throw answer;
    return await answer;
  };
  const forwarded = createForwardedUrl({
    server: { allowHost: (name) => events.push(`allow ${name}`) },
    logger,
    onDidChange: () => events.push(`show ${forwarded.current ?? 'own'}`),
  });
  return { forwarded, events };
};

const FOUND = [`ask ${BASE_URL}`, 'allow 8765.tunnel.example', `show ${TUNNEL}`];

describe('forwarded base URL', () => {
  beforeEach(() => {
    editor.env.remoteName = 'ssh-remote';
  });

  it('is asked for once while the server runs, let in, and forgotten when it stops', async () => {
    const { forwarded, events } = createHarness([TUNNEL, TUNNEL]);
    for (const state of [STATES.starting, STATES.idle, STATES.busy, STATES.idle]) await forwarded.follow(state);
    expect(events).toEqual(FOUND);
    expect(forwarded.current).toBe(TUNNEL);
    await forwarded.follow(STATES.stopped);
    expect(forwarded.current).toBeNull();
    // The next server does not know the name yet.
    await forwarded.follow(STATES.idle);
    expect(events).toEqual([...FOUND, 'show own', ...FOUND]);
  });

  it('is the server’s own on the user’s machine', async () => {
    editor.env.remoteName = undefined;
    const { forwarded, events } = createHarness([]);
    await forwarded.follow(STATES.idle);
    expect(await forwarded.resolve(BASE_URL)).toBe(BASE_URL);
    expect(events).toEqual([]);
  });

  it('is asked for again at the next change after a failure, which is told once', async () => {
    const { forwarded, events } = createHarness([new Error('no tunnel'), new Error('no tunnel'), TUNNEL]);
    for (const state of [STATES.connecting, STATES.idle, STATES.busy, STATES.idle]) await forwarded.follow(state);
    expect(events).toEqual([`ask ${BASE_URL}`, 'warn', `ask ${BASE_URL}`, ...FOUND]);
  });

  it('is let in where it is first found for a person', async () => {
    const { forwarded, events } = createHarness([new Error('no tunnel'), TUNNEL]);
    await forwarded.follow(STATES.idle);
    expect(await forwarded.resolve(BASE_URL)).toBe(TUNNEL);
    await forwarded.follow(STATES.busy);
    expect(events).toEqual([`ask ${BASE_URL}`, 'warn', ...FOUND]);
  });

  it('lets nothing in for a person where another one serves', async () => {
    const { forwarded, events } = createHarness([TUNNEL]);
    await forwarded.follow(STATES.otherWindow);
    expect(await forwarded.resolve(BASE_URL)).toBe(TUNNEL);
    expect(events).toEqual([`ask ${BASE_URL}`]);
  });

  it.each<[string, (late: PromiseWithResolvers<string>) => void]>([
    ['answer', (late) => late.resolve(TUNNEL)],
    ['failure', (late) => late.reject(new Error('no tunnel'))],
  ])('does not mind a late %s for a server that is gone', async (_, end) => {
    const late = Promise.withResolvers<string>();
    const { forwarded, events } = createHarness([late.promise, OTHER_TUNNEL]);
    const first = forwarded.follow(STATES.idle);
    await forwarded.follow(running({ baseUrl: OTHER_BASE_URL, port: 9000 }));
    end(late);
    await first;
    expect(events).toEqual([
      `ask ${BASE_URL}`,
      `ask ${OTHER_BASE_URL}`,
      'allow 9000.tunnel.example',
      `show ${OTHER_TUNNEL}`,
    ]);
  });
});
