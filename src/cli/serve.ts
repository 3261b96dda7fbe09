import path from 'node:path';
import { version } from '../../package.json';
import { GatewayError } from '../core/gateway-error.ts';
import { createGateway } from '../host/create-gateway.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import { describeWarning } from '../host/gateway-warnings.ts';
import { createConsoleLogger } from './console-logger.ts';
import { endOfProcess } from './end-of-process.ts';
import { followGateway } from './follow-gateway.ts';
import { renewWhileServing } from './renew-while-serving.ts';
import { openServeAccounts } from './serve-accounts.ts';
import { toContainerBaseUrl, toContainerHint } from './serve-docker.ts';
import { readServeInput, type ServeFlags, type ServeInput } from './serve-input.ts';
import { startServeRenewal } from './serve-renewal.ts';
import { openServeTokens } from './serve-tokens.ts';
import { SIMULATOR_BANNER, toWelcome, type Welcome } from './serve-words.ts';
import { startSimulatorProcess } from './simulator-process.ts';
import { warnOfOpenFolder } from './warn-of-open-folder.ts';

/** Serves the API until a signal, or waits for its turn where another Portside serves. @throws UsageError, GatewayError where it cannot start. */
export const serve = async (flags: ServeFlags): Promise<void> => {
  // Everything that this process and the ones it starts write is its owner's alone.
  process.umask(0o077);
  const ended = endOfProcess();
  const logger = createConsoleLogger({ isVerbose: flags.verbose ?? false });
  const input = await readServeInput(flags, logger);
  warnOfOpenFolder(input.home, logger);
  const { accounts, isSimulated, isFallback } = await openServeAccounts(input, logger);
  const { tokens, readShown } = await openServeTokens(input, logger);
  const simulator = isSimulated ? startSimulatorProcess(input.scenario ?? undefined) : null;
  const gateway = createGateway({
    settings: isSimulated ? { ...input.settings, backendUrl: '' } : input.settings,
    ...(simulator !== null && { backendUrl: simulator.url }),
    tokens,
    accounts,
    proxy: { url: '', bypass: [] },
    logger,
    bridgePath: path.join(__dirname, 'bridge.js'),
    imageConverterPath: path.join(__dirname, 'image-converter.js'),
    dataFolder: input.home,
    instancesFolder: path.join(input.home, 'instances'),
    self: { kind: 'cli', name: path.basename(process.cwd()) || process.cwd() },
    whenServed: input.whenServed,
    mayTakeOver: () => true,
    activity: null,
    version,
  });
  const { ready, over } = followGateway(gateway, logger);
  const greet = async (): Promise<void> => {
    const [state, simulatorUrl] = await Promise.all([ready, simulator?.url ?? null]);
    const welcome = toWelcomeFacts(input, state, { accessToken: await readShown(), simulatorUrl });
    if (isFallback) (flags.json === true ? process.stderr : process.stdout).write(SIMULATOR_BANNER);
    if (flags.json === true) printForPrograms(welcome);
    else process.stdout.write(toWelcome(welcome));
  };
  const renewal = isSimulated ? null : renewWhileServing(gateway, () => startServeRenewal(accounts, input, logger));
  try {
    // A port that is slow to tell who has it does not hold up the end.
    await Promise.race([gateway.start(), ended]);
    // Only its failure ends the command: what it says is said while the server goes on.
    const failed = greet().then(() => ended);
    // Without its simulator, this server has nothing to answer from.
    const lost = simulator?.ended.then(() => Promise.reject(simulatorLost())) ?? ended;
    await Promise.race([ended, over, failed, lost]);
  } finally {
    renewal?.close();
    await Promise.all([gateway.stop('ending'), simulator?.stop()]);
    tokens.close();
    accounts.close();
  }
};

const toWelcomeFacts = (
  { settings, isForContainers }: ServeInput,
  { baseUrl, ollamaUrl, account, warnings }: Extract<GatewayState, { status: 'running' }>,
  facts: Pick<Welcome, 'accessToken' | 'simulatorUrl'>,
): Welcome => ({
  ...facts,
  baseUrl,
  ollamaUrl,
  account: facts.simulatorUrl === null ? account : null,
  warnings: warnings.map((warning) => describeWarning(warning, settings)),
  container: isForContainers ? { baseUrl: toContainerBaseUrl(baseUrl), hint: toContainerHint(process.platform) } : null,
});

const printForPrograms = ({ baseUrl, ollamaUrl, accessToken, simulatorUrl, container }: Welcome): void => {
  const containers = container === null ? {} : { containerBaseUrl: container.baseUrl };
  const line = {
    baseUrl,
    ...(ollamaUrl !== null && { ollamaUrl }),
    ...containers,
    token: accessToken,
    pid: process.pid,
    simulatorUrl,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (container !== null && container.hint !== null) process.stderr.write(`Containers: ${container.hint}\n`);
};

const simulatorLost = (): GatewayError =>
  new GatewayError('internal_error', 'The simulator has ended. Start Portside again.');
