import { rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {
  type CancellationToken,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { RunRequest } from '../../../core/run-request.ts';
import { isNodeRecentEnough } from '../node-version.ts';
import {
  exchangeSessionRequest,
  initializeRequest,
  type InitializeErrorData,
  type InitializeParams,
  listModelsRequest,
  logNotification,
  pingRequest,
  prewarmRequest,
  PROTOCOL_VERSION,
  readProfileRequest,
  releaseAgentsNotification,
  runContentNotification,
  RUN_EVENTS_TOKEN,
  runEventsProgress,
  runRequest,
  type RunResult,
  shutdownNotification,
  signInPageNotification,
  signInRequest,
  toolResultsNotification,
} from '../protocol.ts';
import { canUseProxy } from './can-use-proxy.ts';
import { createEventBatcher } from './event-batcher.ts';
import { loadSdk } from './load-sdk.ts';
import { offerTraces, runInTrace } from './run-in-trace.ts';
import { createSdkHost, type SdkHost } from './sdk-host.ts';

/** Time for the SDK's goodbyes, within the server's patience. */
const CLOSE_MS = 1_000;

/** The child's side of the bridge: holds the SDK and does what the server asks for over IPC. */
const serveBridge = (): void => {
  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  const batcher = createEventBatcher((batch) => {
    void connection.sendProgress(runEventsProgress, RUN_EVENTS_TOKEN, batch);
  });
  const activeRuns = new Set<AbortController>();
  /** Between the notification and the request of a run. */
  const contents = new Map<number, RunRequest>();
  let initialized: { readonly params: InitializeParams; readonly host: SdkHost } | null = null;

  const requireHost = (): SdkHost => {
    if (initialized === null) throw new Error('The bridge has not been initialized.');
    return initialized.host;
  };
  const abortRuns = () => {
    for (const run of activeRuns) run.abort();
  };
  const exit = () => {
    if (initialized !== null) {
      removeFiles(initialized.params);
    }
    process.exit(0);
  };
  const close = () => {
    abortRuns();
    setTimeout(exit, CLOSE_MS);
    initialized?.host.close().then(exit, exit);
    if (initialized === null) exit();
  };

  const logError = (what: string, reason: unknown) => {
    void connection.sendNotification(logNotification, { level: 'error', message: `${what}: ${toPlace(reason)}` });
  };
  const onUnexpected = (error: unknown) => logError('A run failed unexpectedly', error);
  /** Apart from what waits for the run, so that nothing there holds on to the content. */
  const run = (runKey: number, signal: AbortSignal): Promise<RunResult> => {
    const request = contents.get(runKey);
    contents.delete(runKey);
    if (request === undefined) throw new Error('The content of the run has not come.');
    return runInTrace(request.traceContext, () =>
      requireHost().runner.run({ runKey, request }, signal, (events, isUrgent) => {
        batcher.add(runKey, events, isUrgent);
      }),
    );
  };

  connection.onRequest(initializeRequest, async (params) => {
    if (params.protocolVersion !== PROTOCOL_VERSION) {
      return toInitializeError('protocol-mismatch', `The bridge speaks protocol version ${PROTOCOL_VERSION}.`);
    }
    if (!isNodeRecentEnough(process.versions.node)) {
      return toInitializeError('node-too-old', process.versions.node);
    }
    try {
      offerTraces();
      const usesProxy = params.isProxied && canUseProxy();
      const sdk = await loadSdk({ ...params, usesProxy });
      initialized = { params, host: await createSdkHost(sdk, params, onUnexpected) };
      const proxy = params.isProxied ? (usesProxy ? 'used' : 'unsupported') : 'none';
      return { protocolVersion: PROTOCOL_VERSION, nodeVersion: process.versions.node, proxy };
    } catch (error) {
      return toInitializeError('sdk-not-loaded', error instanceof Error ? error.message : String(error));
    }
  });
  connection.onNotification(runContentNotification, ({ runKey, request }) => {
    contents.set(runKey, request);
  });
  connection.onRequest(runRequest, async ({ runKey }, token) => {
    const { abortion, dispose } = toAbortion(token);
    activeRuns.add(abortion);
    try {
      const result = await run(runKey, abortion.signal);
      // The answer must not overtake the last events.
      batcher.flush();
      return result;
    } finally {
      dispose();
      activeRuns.delete(abortion);
    }
  });
  connection.onNotification(toolResultsNotification, ({ runKey, results }) => {
    initialized?.host.runner.giveToolResults(runKey, results);
  });
  connection.onNotification(releaseAgentsNotification, ({ agentIds }) => {
    initialized?.host.runner.releaseAgents(agentIds);
  });
  connection.onRequest(listModelsRequest, ({ apiKey }, token) =>
    withSignal(token, (signal) => requireHost().listModels(apiKey, signal)),
  );
  connection.onRequest(readProfileRequest, ({ apiKey }, token) =>
    withSignal(token, (signal) => requireHost().readProfile(apiKey, signal)),
  );
  connection.onRequest(signInRequest, (params, token) => {
    const onUrl = (url: string) => void connection.sendNotification(signInPageNotification, { url });
    return withSignal(token, (signal) => requireHost().signIn(params, onUrl, signal));
  });
  connection.onRequest(exchangeSessionRequest, (params, token) =>
    withSignal(token, (signal) => requireHost().exchangeSession(params, signal)),
  );
  connection.onRequest(prewarmRequest, ({ apiKey }) => requireHost().prewarm(apiKey));
  connection.onRequest(pingRequest, () => ({
    rssBytes: process.memoryUsage.rss(),
    activeRuns: activeRuns.size,
    needsRestart: initialized?.host.isStuck ?? false,
  }));
  connection.onNotification(shutdownNotification, close);

  process.once('disconnect', () => {
    // Without its server this process has no purpose, and nobody else deletes its files.
    abortRuns();
    exit();
  });
  process.once('SIGTERM', close);
  process.on('unhandledRejection', (reason) => {
    logError('Unhandled rejection in the bridge', reason);
  });
  connection.listen();
};

/** An abortion that follows the cancellation of a request. */
const toAbortion = (token: CancellationToken) => {
  const abortion = new AbortController();
  const cancellation = token.onCancellationRequested(() => abortion.abort());
  // A cancellation that overtook its request is in the token already, and never announced.
  if (token.isCancellationRequested) abortion.abort();
  return { abortion, dispose: () => cancellation.dispose() };
};

const withSignal = async <Result>(
  token: CancellationToken,
  use: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const { abortion, dispose } = toAbortion(token);
  try {
    return await use(abortion.signal);
  } finally {
    dispose();
  }
};

const toInitializeError = (kind: InitializeErrorData['kind'], message: string): ResponseError<InitializeErrorData> =>
  new ResponseError(1, message, { kind });

const removeFiles = ({ cursorDataPath, workFolder }: InitializeParams): void => {
  try {
    rmSync(workFolder, { recursive: true, force: true });
    rmSync(cursorDataPath, { recursive: true, force: true });
    // Only where nothing else is in it.
    rmdirSync(path.dirname(cursorDataPath));
  } catch {
    // The server, or its next start, tries again.
  }
};

/** Name and place of an error: its message may quote what the log must not hold. */
const toPlace = (reason: unknown): string => {
  if (!(reason instanceof Error)) return typeof reason;
  const frames = (reason.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [reason.name, ...frames.slice(0, 5).map((frame) => frame.trim())].join(' ');
};

// Everything that this process and the SDK write is the user's alone.
process.umask(0o077);
serveBridge();
