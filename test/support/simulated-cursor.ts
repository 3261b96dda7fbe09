import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { BridgeOptions } from '../../src/backends/cursor-sdk/bridge-options.ts';
import { type CursorSdkBackendOptions, createCursorSdkBackend } from '../../src/backends/cursor-sdk/client.ts';
import { createCursorSignIn } from '../../src/backends/cursor-sdk/create-cursor-sign-in.ts';
import type { Backend } from '../../src/core/backend.ts';
import type { CredentialSource } from '../../src/core/credential-source.ts';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { RunEvent } from '../../src/core/run-event.ts';
import type { RunRequest } from '../../src/core/run-request.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import type { MintedKey } from '../../src/simulator/accounts.ts';
import { startSimulator } from '../../src/simulator/start-simulator.ts';
import { checkRunGrammar } from './check-run-grammar.ts';
import { createMemoryLogger } from './memory-logger.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

/** The built bridge. `BRIDGE_UNDER_TEST` names another build. */
export const BRIDGE_PATH =
  process.env['BRIDGE_UNDER_TEST'] ?? path.resolve(import.meta.dirname, '../../dist/bridge.js');

/** What the simulator tells about a run. */
export interface SimulatedRun {
  readonly agentId: string;
  readonly model: { readonly id: string; readonly params: readonly { readonly id: string; readonly value: string }[] };
  readonly systemPrompt: string | null;
  readonly prompt: string;
  readonly history: readonly { readonly role: string; readonly text: string }[];
  readonly images: readonly { readonly mimeType: string | null; readonly sizeBytes: number }[];
  readonly tools: readonly { readonly name: string; readonly description: string; readonly inputSchema: unknown }[];
  readonly allowedTools: readonly string[] | null;
  readonly toolResults: readonly { readonly tool: string; readonly text: string; readonly isError: boolean }[];
  readonly status: 'running' | 'finished' | 'cancelled' | 'failed';
}

/** A simulator of Cursor for one test. */
export const startSimulatedCursor = async (scenario: Scenario = {}, options: { readonly http2?: boolean } = {}) => {
  const simulator = await startSimulator({ ...options, logger: createMemoryLogger(), scenario, rememberedTurns: 0 });
  onTestFinished(() => simulator.close());
  const read = async (name: string): Promise<unknown> => (await fetch(`${simulator.url}/_simulator/${name}`)).json();
  return {
    url: simulator.url,
    port: simulator.port,
    close: () => simulator.close(),
    runs: async () => (await read('runs')) as readonly SimulatedRun[],
    calls: async () => (await read('calls')) as Readonly<Record<string, number>>,
    keys: async () => (await read('keys')) as readonly MintedKey[],
    /** Does what a control without a body does, such as `expire-keys`. */
    async control(name: string): Promise<void> {
      const response = await fetch(`${simulator.url}/_simulator/${name}`, { method: 'POST' });
      if (!response.ok) throw new Error(await response.text());
    },
    async play(next: Scenario): Promise<void> {
      const response = await fetch(`${simulator.url}/_simulator/scenario`, {
        method: 'PUT',
        body: JSON.stringify(next),
      });
      if (!response.ok) throw new Error(await response.text());
    },
  };
};

/** A folder of its own for one test, outside of the project. */
export const createTestFolder = (): string => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
};

/** Credentials of one account; `null` for an account that is not signed in. */
export const toCredentials = (apiKey: string | null): Pick<CredentialSource, 'select'> => ({
  async select() {
    if (apiKey === null) throw new GatewayError('cursor_sign_in_required', 'Portside is not signed in.');
    return [{ account: 'test', apiKey }];
  },
});

/** No proxy. */
export const NO_PROXY = { url: '', bypass: [] } as const;

/** A backend for one test, not yet started. */
export const createTestBackend = (
  options: Partial<CursorSdkBackendOptions> & { readonly apiKey?: string | null } = {},
) => {
  const logger = createMemoryLogger();
  const dataFolder = createTestFolder();
  const { apiKey = 'crsr_test', ...rest } = options;
  const backend = createCursorSdkBackend({
    bridgePath: BRIDGE_PATH,
    nodePath: '',
    backendUrl: 'http://127.0.0.1:9',
    dataFolder,
    proxy: NO_PROXY,
    credentials: toCredentials(apiKey),
    logger,
    requestTimeoutMs: 10_000,
    ...rest,
  });
  onTestFinished(() => backend.stop());
  return {
    backend,
    dataFolder: rest.dataFolder ?? dataFolder,
    logger,
    /** The number of the newest process. */
    processId: (): number => {
      const started = logger.lines.findLast((line) => line.includes('The bridge is starting.'));
      const processId = /"processId":(\d+)/u.exec(started ?? '')?.[1];
      if (processId === undefined) throw new Error('No bridge has been started.');
      return Number(processId);
    },
  };
};

/** What signs in for one test. */
export const createTestSignIn = (options: Partial<BridgeOptions> = {}) => {
  const logger = createMemoryLogger();
  const dataFolder = createTestFolder();
  const signIn = createCursorSignIn({
    bridgePath: BRIDGE_PATH,
    nodePath: '',
    backendUrl: 'http://127.0.0.1:9',
    proxy: NO_PROXY,
    dataFolder,
    logger,
    requestTimeoutMs: 10_000,
    ...options,
  });
  return { signIn, dataFolder, logger };
};

/** A request with one user message. */
export const toRunRequest = (text: string, overrides: Partial<RunRequest> = {}): RunRequest => ({
  requestId: 'test',
  apiKey: 'crsr_test',
  model: { id: 'composer-2.5', parameters: [] },
  systemPrompt: null,
  tools: [],
  offeredTools: null,
  agentId: null,
  keepAgent: false,
  instructions: [],
  messages: [{ role: 'user', content: [{ type: 'text', text }] }],
  ...overrides,
});

/** Runs a request to its end, checks the grammar and returns the events. */
export const collectRun = async (backend: Backend, request: RunRequest): Promise<readonly RunEvent[]> => {
  const events: RunEvent[] = [];
  for await (const event of backend.run(request, new AbortController().signal)) events.push(event);
  checkRunGrammar(events);
  return events;
};

/** A run of several turns, read turn by turn. */
export const startTurns = (backend: Backend, request: RunRequest) => {
  const abortion = new AbortController();
  const run = backend.run(request, abortion.signal);
  const iterator = run[Symbol.asyncIterator]();
  return {
    abort: () => abortion.abort(),
    leave: () => iterator.return?.(),
    sendToolResults: run.sendToolResults.bind(run),
    /** The events up to the end of the next turn, whose grammar is checked; none where the run is over. */
    async next(): Promise<readonly RunEvent[]> {
      const events: RunEvent[] = [];
      for (;;) {
        const { done, value } = await iterator.next();
        if (done === true) break;
        events.push(value);
        if (value.type === 'run-end' || value.type === 'run-error') break;
      }
      if (events.length > 0) checkRunGrammar(events, { maxTurns: 1, isComplete: !abortion.signal.aborted });
      return events;
    },
  };
};

/** The calls of a turn. */
export const toToolCalls = (events: readonly RunEvent[]) => events.filter((event) => event.type === 'tool-call');

/** The text of an answer. */
export const toAnswerText = (events: readonly RunEvent[]): string =>
  events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');

/** The failure of a run; fails where there is none. */
export const toRunFailure = (events: readonly RunEvent[]) => {
  const last = events.at(-1);
  if (last?.type !== 'run-error') throw new Error(`The run did not fail: ${JSON.stringify(last)}`);
  return last.error;
};

/** Whether a process exists. */
export const isRunning = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
};
