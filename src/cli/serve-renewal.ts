import type { Logger } from '../core/logger.ts';
import { REMEDIES } from '../credentials/accounts/account-words.ts';
import type { Accounts } from '../credentials/accounts/accounts.ts';
import { toKeyName } from '../credentials/accounts/key-name.ts';
import { type Renewal, startRenewal } from '../credentials/accounts/renewal.ts';
import { createSignInWays } from './auth/sign-in-ways.ts';
import type { ServeInput } from './serve-input.ts';

/** Renews what can be renewed of the accounts' keys, and says in the log what only their user can. */
export const startServeRenewal = (
  accounts: Accounts,
  { settings, home }: Pick<ServeInput, 'settings' | 'home'>,
  logger: Logger,
): Renewal => {
  const { readEditor, signIn } = createSignInWays({ settings, home, logger });
  return startRenewal({
    accounts,
    readEditor,
    signIn,
    keyName: toKeyName(),
    logger,
    onExpiring({ name, source, expiresAt, status }) {
      const day = new Date(expiresAt ?? 0).toISOString().slice(0, 10);
      const words = status === 'expired' ? 'has expired' : `expires on ${day}`;
      logger.warn(`The Cursor sign-in of the account "${name}" ${words}. ${REMEDIES[source]}`);
    },
  });
};
