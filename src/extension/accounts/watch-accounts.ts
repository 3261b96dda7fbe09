import type { Disposable, ExtensionContext } from 'vscode';
import type { Logger } from '../../core/logger.ts';
import type { ContextKeysManager } from '../context-keys.ts';
import type { ServicesHolder } from '../services.ts';
import { readEnvironmentKey } from './environment-key.ts';
import { countStoredAccounts } from './count-stored-accounts.ts';
import { ACCOUNTS_ENTRY } from './secret-account-store.ts';

/** Keeps the context keys about accounts true, and opens the services where there are accounts, so that none runs out unseen. */
export const watchAccounts = (options: {
  context: Pick<ExtensionContext, 'secrets'>;
  contextKeys: ContextKeysManager;
  services: ServicesHolder;
  logger: Logger;
}): Disposable => {
  const { contextKeys, services, logger } = options;
  const { secrets } = options.context;

  const refresh = async (): Promise<number> => {
    const count = countStoredAccounts(await secrets.get(ACCOUNTS_ENTRY));
    contextKeys.set({
      'portside.hasStoredAccount': count > 0,
      'portside.hasAccount': count > 0 || readEnvironmentKey() !== null,
    });
    return count;
  };
  const begin = async (): Promise<void> => {
    try {
      if ((await refresh()) > 0) await services.open();
    } catch (error) {
      logger.error('The Cursor accounts could not be opened.', { cause: String(error) });
    }
  };
  void begin();
  return secrets.onDidChange(({ key }) => {
    if (key === ACCOUNTS_ENTRY) void refresh();
  });
};
