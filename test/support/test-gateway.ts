import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Settings, settingsSchema } from '../../src/config/settings-schema.ts';
import { createAccounts } from '../../src/credentials/accounts/create-accounts.ts';
import { createMemoryAccountStore } from '../../src/credentials/accounts/memory-account-store.ts';
import { createAccessTokens } from '../../src/credentials/access-tokens/create-access-tokens.ts';
import { createGateway } from '../../src/host/create-gateway.ts';
import type { Gateway, GatewayOptions } from '../../src/host/gateway.ts';
import type { GatewayState } from '../../src/host/gateway-state.ts';
import { createMemoryAccessTokenStore } from '../../src/storage/memory-access-token-store.ts';
import { createMemoryLogger } from './memory-logger.ts';
import { createTemporaryFolder } from './temporary-folder.ts';
import { REPOSITORY_FOLDER } from './portside-cli.ts';

/** A gateway in the test's own process, with a bridge that never becomes ready. */
export interface TestGateway extends Gateway {
  readonly lines: readonly string[];
  /** The state once it is of this kind and fits. Rejects after the deadline. */
  readonly until: <Status extends GatewayState['status']>(
    status: Status,
    fits?: (state: Extract<GatewayState, { status: Status }>) => boolean,
  ) => Promise<Extract<GatewayState, { status: Status }>>;
}

export type TestGatewayOptions = Partial<Omit<GatewayOptions, 'settings'>> & {
  readonly settings?: Partial<Settings>;
};

export const GATEWAY_TOKEN = 'own-token-of-the-test';

/** The path of a bridge that is only a fixture. */
export const toFakeBridge = (name: string): string =>
  path.join(REPOSITORY_FOLDER, 'test/fixtures/bridge', `${name}.cjs`);

const DEADLINE_MS = 10_000;

/** A gateway that is stopped at the end of the test, and waits for whoever has its port already. */
export const createTestGateway = ({ settings, ...options }: TestGatewayOptions = {}): TestGateway => {
  const folder = createTemporaryFolder();
  const logger = createMemoryLogger();
  const accounts = createAccounts({
    store: createMemoryAccountStore(),
    environment: { apiKey: 'crsr_test' },
    allowsOthers: () => false,
    backendUrl: '',
    logger,
  });
  const tokens = createAccessTokens({ store: createMemoryAccessTokenStore(), logger, ownToken: GATEWAY_TOKEN });
  const gateway = createGateway({
    settings: settingsSchema.parse({ port: 0, ...settings }),
    tokens,
    accounts,
    proxy: { url: '', bypass: [] },
    logger,
    bridgePath: toFakeBridge('ends-when-asked'),
    imageConverterPath: '',
    dataFolder: folder.join('data'),
    instancesFolder: folder.join('instances'),
    self: { kind: 'editor', name: 'test' },
    whenServed: 'wait',
    mayTakeOver: () => true,
    activity: null,
    version: '0.0.0',
    ...options,
  });
  onTestFinished(async () => {
    await gateway.stop('ending');
    tokens.close();
    accounts.close();
    folder.remove();
  });

  return {
    get state() {
      return gateway.state;
    },
    lines: logger.lines,
    onDidChangeState: (listener) => gateway.onDidChangeState(listener),
    start: () => gateway.start(),
    takeOver: () => gateway.takeOver(),
    stop: (reason) => gateway.stop(reason),
    allowHost: (name) => gateway.allowHost(name),
    get conversations() {
      return gateway.conversations;
    },
    listModels: () => gateway.listModels(),
    until: (status, fits = () => true) =>
      new Promise((resolve, reject) => {
        const explain = () => reject(new Error(`Not ${status} in time, but ${JSON.stringify(gateway.state)}`));
        const timer = setTimeout(explain, DEADLINE_MS);
        const look = (state: GatewayState): void => {
          const wanted = state as Extract<GatewayState, { status: typeof status }>;
          if (state.status !== status || !fits(wanted)) return;
          clearTimeout(timer);
          dispose();
          resolve(wanted);
        };
        const dispose = gateway.onDidChangeState(look);
        look(gateway.state);
      }),
  };
};
