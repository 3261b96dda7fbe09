import path from 'node:path';
import type { Logger } from '../core/logger.ts';
import type { Accounts } from '../credentials/accounts/accounts.ts';
import { createAccounts } from '../credentials/accounts/create-accounts.ts';
import { createFileAccountStore } from '../credentials/accounts/file-account-store.ts';
import { createMemoryAccountStore } from '../credentials/accounts/memory-account-store.ts';
import { SCENARIO_ALONE, type ServeInput } from './serve-input.ts';
import { UsageError } from './usage-error.ts';

/** What `portside serve` answers from. */
export interface ServeAccounts {
  readonly accounts: Accounts;
  readonly isSimulated: boolean;
  /** Simulated only because there is no account. */
  readonly isFallback: boolean;
}

/** What the simulator is given for a key; any of this form is valid there. */
const SIMULATOR_KEY = 'crsr_simulator';

const NO_ACCOUNT = `Portside is not signed in to Cursor. Sign in:
  portside auth login
Or make an API key in the Cursor Dashboard under Integrations and set it:
  export CURSOR_API_KEY=crsr_...
Or try Portside without an account, on the built-in simulator: portside serve --simulate`;

/** The user's accounts; those of the simulator where it is used, without a look at any real one. @throws UsageError where there is none */
export const openServeAccounts = async (input: ServeInput, logger: Logger): Promise<ServeAccounts> => {
  if (input.simulation === 'always') {
    return { accounts: createSimulatedAccounts(logger), isSimulated: true, isFallback: false };
  }
  const accounts = createAccounts({
    store: createFileAccountStore(path.join(input.home, 'accounts.json'), logger),
    environment: { apiKey: input.apiKey },
    allowsOthers: () => input.settings.tryOtherAccounts,
    backendUrl: input.settings.backendUrl,
    logger,
  });
  if ((await accounts.current()) !== null) {
    if (input.scenario !== null) throw new UsageError(SCENARIO_ALONE);
    return { accounts, isSimulated: false, isFallback: false };
  }
  if (input.simulation === 'never' && input.settings.passThroughKeys) {
    logger.warn('Portside is not signed in to Cursor: it serves only callers who send a Cursor API key of their own.');
    return { accounts, isSimulated: false, isFallback: false };
  }
  accounts.close();
  if (input.simulation === 'never') throw new UsageError(NO_ACCOUNT);
  return { accounts: createSimulatedAccounts(logger), isSimulated: true, isFallback: true };
};

const createSimulatedAccounts = (logger: Logger): Accounts =>
  createAccounts({
    store: createMemoryAccountStore(),
    environment: { apiKey: SIMULATOR_KEY },
    allowsOthers: () => false,
    backendUrl: '',
    logger,
  });
