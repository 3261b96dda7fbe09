import type { AccountInfo, CursorSignIn } from '../../core/account.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import type { EditorSignIn } from '../editor-sign-in/editor-sign-in.ts';
import type { Accounts } from './accounts.ts';
import { exchangeEditorSession } from './connect-editor.ts';

/** What keeps keys from running out. */
export interface RenewalOptions {
  readonly accounts: Accounts;
  readonly readEditor: () => Promise<EditorSignIn>;
  readonly signIn: CursorSignIn;
  /** The name of renewed keys in the Cursor Dashboard. */
  readonly keyName: string;
  /** Called for an account that only its user can renew, once a day as long as that is due. */
  readonly onExpiring: (account: AccountInfo) => void;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** A watch over the expiry of keys. */
export interface Renewal {
  /** Looks at every account now. Never rejects. */
  check(): Promise<void>;
  close(): void;
}

const CHECK_MS = 60 * 60 * 1000;
const ANNOUNCE_MS = 24 * 60 * 60 * 1000;

/**
 * Looks at once and every hour for accounts that expire within a week. Those of the editor's sign-in are renewed as long as the
 * editor is signed in to the same account, as their user has agreed to it once; the others are announced.
 */
export const startRenewal = ({
  accounts,
  readEditor,
  signIn,
  keyName,
  onExpiring,
  logger,
  now = Date.now,
}: RenewalOptions): Renewal => {
  const abortion = new AbortController();
  const { signal } = abortion;
  const announcedAt = new Map<string, number>();
  let checking: Promise<void> | null = null;

  const announce = (account: AccountInfo): void => {
    const last = announcedAt.get(account.name);
    if (last !== undefined && now() - last < ANNOUNCE_MS) return;
    announcedAt.set(account.name, now());
    onExpiring(account);
  };

  const renew = async (account: AccountInfo): Promise<boolean> => {
    const found = await readEditor();
    if (found.status !== 'signed-in' || account.email === null) return false;
    if (found.email?.toLowerCase() !== account.email.toLowerCase()) return false;
    await exchangeEditorSession({ signIn, accounts, keyName, name: account.name, signal, now }, found);
    logger.info('The key of a Cursor account was renewed.', { account: account.name });
    return true;
  };

  const attend = async (account: AccountInfo): Promise<void> => {
    try {
      if (account.source === 'editor' && (await renew(account))) return;
    } catch (error) {
      if (signal.aborted) return;
      logger.warn('The key of a Cursor account could not be renewed.', {
        account: account.name,
        reason: GatewayError.from(error).message,
      });
    }
    if (!signal.aborted) announce(account);
  };

  const checkAll = async (): Promise<void> => {
    try {
      for (const account of await accounts.list()) {
        if (account.status === 'expiring' || account.status === 'expired') await attend(account);
      }
    } catch (error) {
      logger.warn('The Cursor accounts could not be looked at for their expiry.', {
        reason: GatewayError.from(error).message,
      });
    }
  };

  const check = async (): Promise<void> => {
    checking ??= checkAll().finally(() => (checking = null));
    await checking;
  };

  const timer = setInterval(() => void check(), CHECK_MS).unref();
  void check();

  return {
    check,
    close() {
      clearInterval(timer);
      abortion.abort();
    },
  };
};
