import { type Disposable, type Memento, l10n } from 'vscode';
import type { AccountInfo } from '../../core/account.ts';
import type { Logger } from '../../core/logger.ts';
import type { Renewal } from '../../credentials/accounts/renewal.ts';
import { showNotice } from '../notifications.ts';
import type { ServerController } from '../server-controller.ts';
import type { ServicesHolder } from '../services.ts';
import { createAnnouncements } from './announcements.ts';
import { toExpiryNotice } from './expiry-notice.ts';

/** Keeps keys from running out while this window's own server runs: one window does so, and none that nobody has trusted. */
export const keepAccounts = (options: {
  server: ServerController;
  services: ServicesHolder;
  /** Where it is kept what was announced when. */
  announced: Memento;
  logger: Logger;
}): Disposable => {
  const { server, services, logger } = options;
  const mayAnnounce = createAnnouncements(options.announced);
  let isWanted = false;
  let renewal: Renewal | null = null;

  const announce = async (account: AccountInfo): Promise<void> => {
    try {
      if (await mayAnnounce(account.name)) await showNotice(toExpiryNotice(account, l10n));
    } catch (error) {
      logger.warn('The expiry of a Cursor account could not be announced.', { cause: String(error) });
    }
  };

  const begin = async (): Promise<void> => {
    try {
      const { startRenewal } = await services.open();
      if (isWanted) renewal ??= startRenewal((account) => void announce(account));
    } catch (error) {
      logger.error('The Cursor accounts could not be opened.', { cause: String(error) });
    }
  };

  const end = (): void => {
    isWanted = false;
    renewal?.close();
    renewal = null;
  };

  const stopListening = server.onDidChangeState(({ status }) => {
    if (status !== 'running') {
      end();
    } else if (!isWanted) {
      isWanted = true;
      void begin();
    }
  });
  return {
    dispose() {
      stopListening();
      end();
    },
  };
};
