import { describe, expect, it } from 'vitest';
import { createAccessTokens } from '../../../src/credentials/access-tokens/create-access-tokens.ts';
import { createApi } from '../../../src/extension/api/create-api.ts';
import { describeTokenRequest } from '../../../src/extension/api/describe-token-request.ts';
import type { PortsideState } from '../../../src/extension/api/portside-api.ts';
import type { TokenRequest } from '../../../src/extension/api/read-token-options.ts';
import type { GatewayState } from '../../../src/host/gateway-state.ts';
import { createMemoryAccessTokenStore } from '../../../src/storage/memory-access-token-store.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { english } from './english.ts';
import { OWN_FOLDER_ID, STATES, running } from './states.ts';

const NOW = Date.UTC(2026, 0, 1);

const createRig = (options: { isWanted?: boolean; state?: GatewayState } = {}) => {
  const listeners = new Set<(state: GatewayState, previous: GatewayState) => void>();
  let state = options.state ?? STATES.stopped;
  const fired: PortsideState[] = [];
  const asked: TokenRequest[] = [];
  const tokens = createAccessTokens({
    store: createMemoryAccessTokenStore(),
    logger: createMemoryLogger(),
    now: () => NOW,
    ownToken: null,
  });
  const api = createApi({
    server: {
      get state() {
        return state;
      },
      onDidChangeState(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    dataFolderId: OWN_FOLDER_ID,
    openTokens: async () => tokens,
    confirm: async (request) => {
      asked.push(request);
      return options.isWanted ?? true;
    },
    emitter: { event: () => ({ dispose: () => undefined }), fire: (next) => fired.push(next) },
    now: () => NOW,
  });
  const become = (next: GatewayState): void => {
    const previous = state;
    state = next;
    for (const listener of listeners) listener(next, previous);
  };
  return { api, tokens, fired, asked, become };
};

describe('the exported API', () => {
  it('tells the address, and only changes that others can see', () => {
    const { api, fired, become } = createRig();
    expect(api.baseUrl).toBeNull();
    become(STATES.starting);
    expect(api.baseUrl).toBeNull();
    become(STATES.idle);
    expect(api.baseUrl).toBe('http://127.0.0.1:8765/v1');
    become(running({ activeRuns: 1 }));
    become(running({ activeRuns: 0 }));
    become(STATES.otherWindow);
    expect(api.baseUrl).toBe('http://127.0.0.1:8765/v1');
    become({ status: 'failed', code: 'port_in_use', message: 'The port is taken.' });
    expect(api.baseUrl).toBeNull();
    expect(fired).toEqual([
      { status: 'starting' },
      { status: 'running', baseUrl: 'http://127.0.0.1:8765/v1' },
      { status: 'served-elsewhere', baseUrl: 'http://127.0.0.1:8765/v1' },
      { status: 'failed', message: 'The port is taken.' },
    ]);
  });

  it('creates a token as it was asked for, listed and revocable as every other', async () => {
    const { api, tokens } = createRig();
    const created = await api.createToken({
      name: 'Reviewer',
      expiresAt: NOW + 1000,
      models: ['composer-2.5'],
      requestsPerMinute: 5,
    });
    expect(created.name).toBe('Reviewer');
    expect(created.token).toMatch(/^portside_/);
    expect(tokens.list()).toMatchObject([
      { name: 'Reviewer', expiresAt: NOW + 1000, models: ['composer-2.5'], requestsPerMinute: 5, account: null },
    ]);
    tokens.revoke('Reviewer');
    expect(tokens.list()).toEqual([]);
  });

  it('finds a free name', async () => {
    const { api } = createRig();
    const names = [];
    for (const name of ['Reviewer', 'reviewer', 'Reviewer']) names.push((await api.createToken({ name })).name);
    expect(names).toEqual(['Reviewer', 'reviewer 2', 'Reviewer 3']);
  });

  it('creates none that the user does not want', async () => {
    const { api, tokens, asked } = createRig({ isWanted: false });
    await expect(api.createToken({ name: 'Reviewer' })).rejects.toMatchObject({
      name: 'PortsideApiError',
      code: 'declined',
    });
    expect(asked).toHaveLength(1);
    expect(tokens.list()).toEqual([]);
  });

  it.each<[string, GatewayState, boolean]>([
    ['a stopped server', STATES.stopped, true],
    ['another window that serves', STATES.otherWindow, true],
    ['another editor that serves', STATES.otherEditor, false],
    ['the command that serves', STATES.commandLine, false],
    ['somebody who is not known', STATES.unknownPortside, false],
  ])('knows whether %s takes its tokens', async (_name, state, isTaken) => {
    const { api, asked } = createRig({ state });
    const creating = api.createToken({ name: 'Reviewer' });
    if (isTaken) expect(await creating).toMatchObject({ name: 'Reviewer' });
    else await expect(creating).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked).toHaveLength(isTaken ? 1 : 0);
  });

  it.each<[string, unknown]>([
    ['no options', undefined],
    ['no name', {}],
    ['an empty name', { name: ' \n ' }],
    ['a long name', { name: 'x'.repeat(61) }],
    ['a name that is no text', { name: 7 }],
    ['a long reason', { name: 'a', reason: 'x'.repeat(201) }],
    ['a time in the past', { name: 'a', expiresAt: NOW }],
    ['no model', { name: 'a', models: [] }],
    ['an empty model', { name: 'a', models: [''] }],
    ['no requests', { name: 'a', requestsPerMinute: 0 }],
    ['half a request', { name: 'a', requestsPerMinute: 0.5 }],
  ])('refuses %s without a question', async (_name, options) => {
    const { api, asked } = createRig();
    // Other extensions need not be written in TypeScript.
    const creating: unknown = Reflect.apply(api.createToken, undefined, [options]);
    await expect(creating).rejects.toMatchObject({ code: 'invalid_request' });
    expect(asked).toEqual([]);
  });

  it('says what is wrong with a name that tokens do not take', async () => {
    const { api } = createRig();
    await expect(api.createToken({ name: 'default' })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('reserved'),
    });
  });

  it('asks in words that an extension cannot add to', async () => {
    const { api, asked } = createRig();
    await api.createToken({ name: 'A\n\nB\u202E\tC', reason: 'To\r\nreview', models: ['m'], requestsPerMinute: 3 });
    const [request] = asked;
    expect(request).toMatchObject({ name: 'A B C', reason: 'To review' });
    const { message, detail } = describeTokenRequest(request ?? { name: '' }, english, 'en');
    expect(message).toBe('Create an access token for the extension that calls itself "A B C"?');
    expect(detail).toContain('It says: To review\n');
    expect(detail).toContain('Expires: never\nModels: m\nRequests per minute: 3');
  });
});
