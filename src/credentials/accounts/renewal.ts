import type { AccountInfo, CursorSignIn } from '../../core/account.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import type { EditorSignIn } from '../editor-sign-in/editor-sign-in.ts';
import type { Accounts } from './accounts.ts';
import { makeEditorKey } from './connect-editor.ts';

/** When accounts were last announced, by name; in milliseconds since 1970. */
export interface AnnouncementTimes {
  get(name: string): number | null;
  set(name: string, at: number): void;
}

/** What keeps keys from running out. */
export interface RenewalOptions {
  readonly accounts: Accounts;
  readonly readEditor: () => Promise<EditorSignIn>;
  readonly signIn: CursorSignIn;
  /** The name of renewed keys in the Cursor Dashboard. */
  readonly keyName: string;
  /** Called for an account that only its user can renew, at most once a day as long as that is due. */
  readonly onExpiring: (account: AccountInfo) => void;
  /** Remembers the announcements; without it, that lasts no longer than the watch. */
  readonly announcedAt?: AnnouncementTimes;
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
  announcedAt = createAnnouncementTimes(),
  logger,
  now = Date.now,
}: RenewalOptions): Renewal => {
  const abortion = new AbortController();
  const { signal } = abortion;
  let checking: Promise<void> | null = null;

  const announce = (account: AccountInfo): void => {
    const last = announcedAt.get(account.name);
    if (last !== null && now() - last < ANNOUNCE_MS) return;
    announcedAt.set(account.name, now());
    onExpiring(account);
  };

  const findDue = async (): Promise<readonly AccountInfo[]> =>
    (await accounts.list()).filter(({ status }) => status === 'expiring' || status === 'expired');

  const renew = async ({ name, source, email }: AccountInfo): Promise<void> => {
    if (source !== 'editor' || email === null) return;
    const found = await readEditor();
    if (found.status !== 'signed-in' || found.email?.toLowerCase() !== email.toLowerCase()) return;
    const isRenewed = await accounts.renew(name, () => makeEditorKey({ signIn, keyName, signal, now }, found));
    if (isRenewed) logger.info('The key of a Cursor account was renewed.', { account: name });
  };

  const attend = async (account: AccountInfo): Promise<void> => {
    try {
      await renew(account);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn('The key of a Cursor account could not be renewed.', {
        account: account.name,
        reason: GatewayError.from(error).message,
      });
    }
  };

  const checkAll = async (): Promise<void> => {
    try {
      // What takes a while may come too late for an account: each is looked up once more when its turn comes.
      for (const { name } of await findDue()) {
        const isIt = (account: AccountInfo): boolean => account.name === name;
        const account = (await findDue()).find(isIt);
        if (account !== undefined && !signal.aborted) await attend(account);
        const remaining = (await findDue()).find(isIt);
        if (remaining !== undefined && !signal.aborted) announce(remaining);
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

const createAnnouncementTimes = (): AnnouncementTimes => {
  const times = new Map<string, number>();
  return {
    get: (name) => times.get(name) ?? null,
    set: (name, at) => void times.set(name, at),
  };
};
