import { checkSettings } from '../config/check-settings.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { readTlsFiles, type TlsFiles } from '../server/tls-files.ts';
import { toBaseUrl, toServerUrl } from './base-url.ts';
import type { Gateway, GatewayOptions, StopReason } from './gateway.ts';
import { describeWarning, toWarnings } from './gateway-warnings.ts';
import { identifyOccupant } from './instances/identify-occupant.ts';
import { toInstanceInfo } from './instances/instance-file.ts';
import { createInstanceRegistry } from './instances/instance-registry.ts';
import { toNextStep, type Waiting } from './instances/next-step.ts';
import { openServer, type OpenServer } from './open-server.ts';
import {
  type Claim,
  createPortClaims,
  type PortClaims,
  takenByForeigner,
  takenByPortside,
  takenBySilent,
} from './port-claims.ts';
import { createStateHolder } from './state-holder.ts';

/** How often one that waits looks at the port. */
const LOOK_MS = 1_000;

/** How often it looks while it does not know yet for whom it has made way. */
const FIRST_LOOK_MS = 250;

/** How long one that was asked to make way leaves the port to who asked. */
const YIELD_MS = 3_000;

/** Owns a port together with the other Portsides of its user: serves, waits, takes over and makes way. */
export const createGateway = (options: GatewayOptions): Gateway => {
  const { settings, logger } = options;
  const registry = createInstanceRegistry({ folder: options.instancesFolder, logger });
  const state = createStateHolder();
  const ended = new AbortController();
  const moreHosts = new Set<string>();
  let tls: TlsFiles | null = null;
  let server: OpenServer | null = null;
  // Port 0 becomes the one that it turned out to be.
  let { port } = settings;
  let waiting: Waiting = { instanceId: null, isEncrypted: false, silences: 0 };
  let mayClaimAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopping: Promise<void> | null = null;

  // One step after the other, so that no two of this one want the same port.
  let lastStep: Promise<unknown> = Promise.resolve();
  const inTurn = async (step: () => Promise<void>): Promise<void> => {
    const done = lastStep.then(step);
    lastStep = done.catch(() => undefined);
    await done;
  };
  const inBackground = (step: () => Promise<void>): void => {
    void inTurn(step).catch(fail);
  };
  const fail = (error: unknown): void => {
    const { code, message, cause } = GatewayError.from(error);
    if (code === 'internal_error') logger.error(`The server failed: ${describe(cause)}`);
    state.set({ status: 'failed', code: 'cannot_start', message });
  };

  const claims = (): PortClaims =>
    createPortClaims({
      host: settings.host,
      port,
      isEncrypted: tls !== null,
      registry,
      signal: ended.signal,
      open: () =>
        openServer({
          gateway: options,
          port,
          tls,
          registry,
          moreHosts: () => [...moreHosts],
          onRelease: () => inBackground(makeWay),
        }),
    });
  const refresh = (): void => {
    if (server === null || ended.signal.aborted) return;
    const isEncrypted = tls !== null;
    state.set({
      status: 'running',
      baseUrl: toBaseUrl(settings.host, port, isEncrypted),
      port,
      ollamaUrl: server.ollamaPort === null ? null : toServerUrl(settings.host, server.ollamaPort, isEncrypted),
      ...server.serving.facts,
      warnings: toWarnings(settings, { isEncrypted, hasOllamaPort: server.ollamaPort !== null }),
    });
  };
  const serve = async (opened: OpenServer): Promise<void> => {
    server = opened;
    ({ port } = opened);
    if (ended.signal.aborted) return;
    const warnings = toWarnings(settings, { isEncrypted: tls !== null, hasOllamaPort: opened.ollamaPort !== null });
    for (const warning of warnings) logger.warn(describeWarning(warning, settings));
    // Not running before that: it would look signed out for a moment.
    await opened.serving.start();
    opened.serving.onDidChange(() => {
      if (server === opened) refresh();
    });
    refresh();
  };
  const waitFor = (next: Waiting): void => {
    waiting = next;
    const instance = next.instanceId === null ? null : claims().findInstance(next.instanceId);
    const by = instance === null ? null : toInstanceInfo(instance);
    const baseUrl = toBaseUrl(settings.host, port, next.isEncrypted);
    const { current } = state;
    const isNews = current.status !== 'served-elsewhere' || current.by?.id !== by?.id || current.baseUrl !== baseUrl;
    if (isNews) state.set({ status: 'served-elsewhere', baseUrl, port, by });
  };
  /** Serves, waits or fails, as the claim came out. */
  const settle = async (claim: Claim): Promise<void> => {
    if (claim.status === 'open') await serve(claim);
    else if (ended.signal.aborted) return;
    else if (claim.status === 'failed') state.set(claim);
    else waitFor({ ...claim.occupant, silences: 0 });
  };

  const begin = async (): Promise<void> => {
    if (state.current.status !== 'stopped' || ended.signal.aborted) return;
    state.set({ status: 'starting' });
    try {
      checkSettings(settings);
      tls = await readTlsFiles(settings, logger);
      await clearLeftovers();
      const claim = await claims().claim();
      if (claim.status !== 'taken' || options.whenServed === 'wait') await settle(claim);
      else if (options.whenServed === 'fail') state.set(takenByPortside(port));
      else await settle(await takeOverOr(claim));
    } catch (error) {
      fail(error);
    }
    watch(LOOK_MS);
  };
  const takeOverOr = async (present: Claim): Promise<Claim> => {
    try {
      return await claims().takeOver();
    } catch (error) {
      logger.warn(GatewayError.from(error).message);
      return present;
    }
  };
  const clearLeftovers = async (): Promise<void> =>
    await registry.clearLeftovers(async (instance) => {
      const place = { host: settings.host, port: instance.port, isEncrypted: tls !== null };
      const occupant = await identifyOccupant(place, ended.signal);
      return occupant.kind === 'portside' && occupant.instanceId === instance.id;
    });

  const watch = (delayMs: number): void => {
    clearTimeout(timer);
    if (state.current.status !== 'served-elsewhere' || ended.signal.aborted) return;
    timer = setTimeout(() => {
      inBackground(async () => {
        await lookAndAct();
        watch(waiting.instanceId === null && performance.now() < mayClaimAt ? FIRST_LOOK_MS : LOOK_MS);
      });
    }, delayMs);
  };
  /** One look of one that waits, and what follows from it. */
  const lookAndAct = async (): Promise<void> => {
    if (state.current.status !== 'served-elsewhere' || ended.signal.aborted) return;
    const { instanceId, isEncrypted } = waiting;
    const occupant = await claims().look(isEncrypted);
    if (ended.signal.aborted) return;
    const step = toNextStep(waiting, occupant, {
      wasUnwanted: () => instanceId !== null && registry.find(instanceId)?.isUnwanted === true,
      mayTakeOver: () => performance.now() >= mayClaimAt && options.mayTakeOver(),
    });
    switch (step.type) {
      case 'wait':
        waitFor(step.waiting);
        return;
      case 'stop':
        logger.info('The server was stopped by its user. This one does not take its place.');
        state.set({ status: 'stopped' });
        return;
      case 'fail':
        state.set(occupant.kind === 'portside' ? takenBySilent(port) : takenByForeigner(port));
        return;
      case 'claim':
        // One that was killed has left its file.
        if (instanceId !== null) registry.withdraw(instanceId);
        await settle(await claims().claim());
    }
  };
  const makeWay = async (): Promise<void> => {
    if (server === null || ended.signal.aborted) return;
    logger.info('Another Portside takes over. This one waits until that one goes.');
    mayClaimAt = performance.now() + YIELD_MS;
    const closing = server;
    server = null;
    waitFor({ instanceId: null, isEncrypted: tls !== null, silences: 0 });
    await closing.close('ending');
    watch(FIRST_LOOK_MS);
  };

  return {
    get state() {
      return state.current;
    },
    onDidChangeState: (listener) => state.onDidChange(listener),
    start: async () => await inTurn(begin),
    takeOver: async () =>
      await inTurn(async () => {
        if (state.current.status !== 'served-elsewhere') return;
        try {
          await settle(await claims().takeOver());
        } catch (error) {
          if (!ended.signal.aborted) throw error;
        } finally {
          watch(LOOK_MS);
        }
      }),
    async stop(reason: StopReason) {
      clearTimeout(timer);
      ended.abort();
      stopping ??= inTurn(async () => {
        await server?.close(reason);
        server = null;
        state.set({ status: 'stopped' });
      });
      await stopping;
    },
    allowHost(name) {
      moreHosts.add(name);
    },
    get conversations() {
      return server?.serving.conversations ?? null;
    },
    listModels: async () => (await server?.serving.listModels()) ?? [],
  };
};

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
