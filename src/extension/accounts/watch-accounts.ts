import type { Disposable, ExtensionContext } from 'vscode';
import type { Logger } from '../../core/logger.ts';
import type { ContextKeysManager } from '../context-keys.ts';
import { readEnvironmentKey } from '../../credentials/accounts/environment-key.ts';
import { countStoredAccounts } from './count-stored-accounts.ts';
import { ACCOUNTS_ENTRY } from './secret-account-store.ts';

/** Keeps the context keys about accounts true, without loading what reads accounts. */
export const watchAccounts = (options: {
  context: Pick<ExtensionContext, 'secrets'>;
  contextKeys: ContextKeysManager;
  /** Called when it was looked whether there are accounts. */
  onDidLook: () => void;
  logger: Logger;
}): Disposable => {
  const { contextKeys, onDidLook, logger } = options;
  const { secrets } = options.context;

  const refresh = async (): Promise<void> => {
    try {
      const count = countStoredAccounts(await secrets.get(ACCOUNTS_ENTRY));
      contextKeys.set({
        'portside.hasStoredAccount': count > 0,
        'portside.hasAccount': count > 0 || readEnvironmentKey() !== null,
      });
      onDidLook();
    } catch (error) {
      logger.error('The secret storage of the editor could not be read.', { cause: String(error) });
    }
  };
  void refresh();
  return secrets.onDidChange(({ key }) => {
    if (key === ACCOUNTS_ENTRY) void refresh();
  });
};
