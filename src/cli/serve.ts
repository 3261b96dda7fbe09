import path from 'node:path';
import { version } from '../../package.json';
import { GatewayError } from '../core/gateway-error.ts';
import type { Logger } from '../core/logger.ts';
import { createGateway } from '../host/create-gateway.ts';
import type { Gateway } from '../host/gateway.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import { createConsoleLogger } from './console-logger.ts';
import { endOfProcess } from './end-of-process.ts';
import { readServeInput, type ServeFlags } from './serve-input.ts';
import { SIMULATOR_BANNER, toWelcome } from './serve-words.ts';
import { startSimulatorProcess } from './simulator-process.ts';

/** Serves the API until a signal. @throws UsageError, GatewayError where it cannot start. */
export const serve = async (flags: ServeFlags): Promise<void> => {
  // Everything that this process and the ones it starts write is its owner's alone.
  process.umask(0o077);
  const ended = endOfProcess();
  const logger = createConsoleLogger({ isVerbose: flags.verbose ?? false });
  const input = await readServeInput(flags, logger);
  const simulator = input.isSimulated ? startSimulatorProcess(flags.scenario) : null;
  let gateway: Gateway | null = null;
  try {
    gateway = createGateway({
      settings: input.settings,
      ...(simulator !== null && { backendUrl: simulator.url }),
      accessToken: input.accessToken,
      credentials: { getApiKey: async () => input.apiKey },
      logger,
      bridgePath: path.join(__dirname, 'bridge.js'),
      imageConverterPath: path.join(__dirname, 'image-converter.js'),
      dataFolder: input.home,
      version,
    });
    await gateway.start();
    if (gateway.state.status === 'failed') throw new GatewayError('internal_error', gateway.state.message);
    logBridge(gateway, logger);
    const [isReady, simulatorUrl] = await Promise.race([
      Promise.all([untilConnected(gateway), simulator?.url ?? null]),
      ended.then(() => [false, null] as const),
    ]);
    if (isReady && gateway.state.status === 'running') {
      const { baseUrl } = gateway.state;
      const { accessToken } = input;
      if (flags.json === true) {
        if (input.isFallback) process.stderr.write(SIMULATOR_BANNER);
        process.stdout.write(`${JSON.stringify({ baseUrl, token: accessToken, pid: process.pid, simulatorUrl })}\n`);
      } else {
        process.stdout.write(
          `${input.isFallback ? SIMULATOR_BANNER : ''}${toWelcome({ baseUrl, accessToken, simulatorUrl })}`,
        );
      }
    }
    // Without its simulator, this server has nothing to answer from.
    await Promise.race([ended, simulator?.ended.then(() => Promise.reject(simulatorLost())) ?? ended]);
  } finally {
    await Promise.all([gateway?.stop(), simulator?.stop()]);
  }
};

const simulatorLost = (): GatewayError =>
  new GatewayError('internal_error', 'The simulator has ended. Start Portside again.');

/** Resolves to true once `/health` answers 200. */
const untilConnected = async (gateway: Gateway): Promise<true> => {
  const isConnected = (state: GatewayState): boolean => state.status === 'running' && state.bridge === 'connected';
  if (isConnected(gateway.state)) return true;
  return await new Promise((resolve) => {
    const dispose = gateway.onDidChangeState((state) => {
      if (!isConnected(state)) return;
      dispose();
      resolve(true);
    });
  });
};

/** Says why the bridge is down, each reason once. */
const logBridge = (gateway: Gateway, logger: Logger): void => {
  let said: string | null = null;
  gateway.onDidChangeState((state) => {
    const reason = state.status === 'running' ? state.bridgeReason : null;
    if (reason !== null && reason !== said) logger.error(reason);
    said = reason;
  });
};
