import path from 'node:path';
import { readSettings } from '../../config/read-settings.ts';
import type { Accounts } from '../../credentials/accounts/accounts.ts';
import { createAccounts } from '../../credentials/accounts/create-accounts.ts';
import { readEnvironmentKey } from '../../credentials/accounts/environment-key.ts';
import { createFileAccountStore } from '../../credentials/accounts/file-account-store.ts';
import { createConsoleLogger } from '../console-logger.ts';
import { type Environment, readEnvironment } from '../read-environment.ts';
import { readHome } from '../read-home.ts';
import { toUsageError } from '../usage-error.ts';
import { createSignInWays, type SignInWays } from './sign-in-ways.ts';

/** What the `auth` commands work with. */
export interface AuthServices extends SignInWays {
  readonly environment: Environment;
  readonly accounts: Accounts;
}

/** @throws UsageError that names the variable at fault */
export const createAuthServices = async (): Promise<AuthServices> => {
  // Everything that this process and the ones it starts write is its owner's alone.
  process.umask(0o077);
  const environment = readEnvironment();
  const settings = await toUsageError(() => readSettings({ flags: {}, environment }));
  const home = readHome(environment);
  // What goes as it should is told by the command itself.
  const logger = { ...createConsoleLogger({ isVerbose: false }), info: () => {} };
  return {
    environment,
    accounts: createAccounts({
      store: createFileAccountStore(path.join(home, 'accounts.json'), logger),
      environment: { apiKey: readEnvironmentKey(environment) },
      allowsOthers: () => settings.tryOtherAccounts,
      backendUrl: settings.backendUrl,
      logger,
    }),
    ...createSignInWays({ settings, home, logger }),
  };
};
