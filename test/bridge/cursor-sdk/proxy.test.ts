import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ProxySettings } from '../../../src/core/backend.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { FRONT_CERTIFICATE, startFront } from '../../support/front.ts';
import {
  collectRun,
  createTestBackend,
  createTestSignIn,
  NO_PROXY,
  startSimulatedCursor,
  toAnswerText,
  toRunRequest,
} from '../../support/simulated-cursor.ts';

const PASSWORD = 'p@ss word';
const AUTHORIZATION = `Basic ${Buffer.from(`ada:${PASSWORD}`).toString('base64')}`;
const SCENARIO = { rules: [{ then: [{ text: 'Hello.' }] }] };
/** Nobody listens there. */
const DEAD_PROXY = 'http://127.0.0.1:9';

const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);

beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
  vi.stubEnv('NODE_EXTRA_CA_CERTS', FRONT_CERTIFICATE);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
});

const withPassword = (host: string): string => `http://ada:${encodeURIComponent(PASSWORD)}@${host}`;

/** Does all that needs Cursor: the profile, the models and a run. */
const useAll = async (backendUrl: string | Promise<string>, proxy: ProxySettings, bridgePath?: string) => {
  const { backend, logger } = createTestBackend({ backendUrl, proxy, ...(bridgePath !== undefined && { bridgePath }) });
  await backend.start();
  expect(backend.state).toMatchObject({ status: 'ready' });
  expect(await backend.readProfile('crsr_test')).toMatchObject({ email: 'test@simulator.invalid' });
  expect(await backend.listModels('crsr_test')).not.toEqual([]);
  expect(toAnswerText(await collectRun(backend, toRunRequest('Hello')))).toBe('Hello.');
  await backend.stop();
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(logger.lines.join('\n')).not.toContain(secret);
  return { use: backend.state.proxy, logger };
};

describe('an HTTP proxy', () => {
  it.each([
    { from: 'the setting', isTls: true, http2: false },
    { from: 'the setting, where Cursor asks for HTTP/2', isTls: true, http2: true },
    { from: 'the environment', isTls: true, http2: false },
    { from: 'the environment, for a service without TLS', isTls: false, http2: false },
    { from: 'the environment, for a service without TLS that asks for HTTP/2', isTls: false, http2: true },
  ])('of $from is used for all', async ({ from, isTls, http2 }) => {
    const cursor = await startSimulatedCursor(SCENARIO, { http2 });
    const front = await startFront(cursor.port, { isTls });
    const proxy = await startConnectProxy();
    const url = withPassword(proxy.host);
    if (from.startsWith('the environment')) vi.stubEnv(isTls ? 'https_proxy' : 'http_proxy', url);
    const settings = from.startsWith('the environment') ? NO_PROXY : { url, bypass: [] };
    const { use } = await useAll(front.url, settings);
    const { signIn } = createTestSignIn({ backendUrl: front.url, proxy: settings });
    await signIn.exchangeSession({
      sessionToken: 'simulator_session_editor',
      keyName: 'Portside',
      expiresAt: Date.now() + 60_000,
      signal: new AbortController().signal,
    });

    expect(use).toBe('used');
    const connects = proxy.calls.filter(({ method }) => method === 'CONNECT');
    expect(connects.length).toBeGreaterThan(3);
    if (isTls) expect(proxy.calls).toEqual(connects);
    expect(new Set(connects.map(({ target }) => target))).toEqual(new Set([new URL(front.url).host]));
    expect(new Set(proxy.calls.map(({ authorization }) => authorization))).toEqual(new Set([AUTHORIZATION]));
    // None came from anywhere but the proxy.
    expect(front.remotePorts.length).toBeGreaterThan(3);
    expect(front.remotePorts.filter((port) => !proxy.isOwn(port))).toEqual([]);
    const calls = await cursor.calls();
    expect(calls).toMatchObject({ '/agent.v1.AgentService/RunSSE': 1 });
    expect(calls).not.toHaveProperty('/agent.v1.AgentService/Run');
  });

  it('of the setting wins over the environment', async () => {
    const cursor = await startSimulatedCursor(SCENARIO);
    const front = await startFront(cursor.port, { isTls: true });
    const proxy = await startConnectProxy();
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'all_proxy']) vi.stubEnv(name, DEAD_PROXY);
    expect((await useAll(front.url, { url: `http://${proxy.host}`, bypass: [] })).use).toBe('used');
    expect(front.remotePorts.filter((port) => !proxy.isOwn(port))).toEqual([]);
  });

  it.each<{ name: string; bypass?: readonly string[]; NO_PROXY?: string }>([
    { name: 'by the setting', bypass: ['elsewhere.example', 'localhost'] },
    { name: 'by the environment', NO_PROXY: 'elsewhere.example, LOCALHOST' },
    { name: 'as a whole', NO_PROXY: 'elsewhere.example,*' },
  ])('is passed by where the host is left out $name', async ({ bypass = [], NO_PROXY: hosts }) => {
    const cursor = await startSimulatedCursor(SCENARIO);
    const front = await startFront(cursor.port, { isTls: true });
    vi.stubEnv('NO_PROXY', hosts);
    expect((await useAll(front.url, { url: DEAD_PROXY, bypass })).use).toBe('none');
    expect(front.remotePorts.length).toBeGreaterThan(3);
  });

  it('does not stand before a service that Portside starts itself', async () => {
    const cursor = await startSimulatedCursor(SCENARIO);
    vi.stubEnv('http_proxy', DEAD_PROXY);
    const { use } = await useAll(Promise.resolve(cursor.url), { url: DEAD_PROXY, bypass: [] });
    expect(use).toBe('none');
  });

  it('that is none of HTTP is not used, which the log says', async () => {
    const cursor = await startSimulatedCursor(SCENARIO);
    const { use, logger } = await useAll(cursor.url, { url: `socks5://ada:${PASSWORD}@127.0.0.1:1080`, bypass: [] });
    expect(use).toBe('unsupported');
    expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringMatching(/The setting http\.proxy is not an address of an HTTP proxy.*SOCKS/u),
    ]);
  });

  it('that Node.js cannot use is told', async () => {
    const cursor = await startSimulatedCursor(SCENARIO);
    const front = await startFront(cursor.port, { isTls: false });
    const bridgePath = path.resolve(import.meta.dirname, '../../fixtures/bridge/no-proxy.cjs');
    const proxy = await startConnectProxy();
    const { use, logger } = await useAll(front.url, { url: withPassword(proxy.host), bypass: [] }, bridgePath);
    expect(use).toBe('unsupported');
    expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringMatching(
        /The HTTP proxy is not used: Node\.js \d+.*22\.21.*portside\.nodePath|portside\.nodePath.*22\.21/u,
      ),
    ]);
  });

  it('that does not answer makes runs fail, and is not gone around', async () => {
    const cursor = await startSimulatedCursor(SCENARIO);
    const front = await startFront(cursor.port, { isTls: true });
    const { backend } = createTestBackend({ backendUrl: front.url, proxy: { url: DEAD_PROXY, bypass: [] } });
    await backend.start();
    await expect(backend.listModels('crsr_test')).rejects.toMatchObject({ code: 'upstream_error' });
    expect((await collectRun(backend, toRunRequest('Hello'))).at(-1)).toMatchObject({ type: 'run-error' });
    expect(front.remotePorts).toEqual([]);
  });
});
