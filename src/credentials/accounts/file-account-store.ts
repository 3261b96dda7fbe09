import { chmod, readFile, rename, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import { type AccountStore, NO_ACCOUNTS, type StoredAccounts } from './account-store.ts';
import { withFileLock } from './file-lock.ts';
import { formatStoredAccounts, parseStoredAccounts } from './stored-accounts-text.ts';

/** How often a file that somebody listens to is looked at. */
const WATCH_MS = 500;

/** The file at one time: `signature` is another one after each change, and `null` where there is no file. */
interface Snapshot {
  readonly signature: string | null;
  readonly accounts: StoredAccounts;
}

/**
 * Accounts in a JSON file for its owner alone (0600, in a folder of 0700). Several processes may use the same one: who changes
 * it holds `<file>.lock`, and readers see the file before or after a change, never half of it.
 *
 * @throws GatewayError, from every method but `onDidChange`, that names the file where it cannot be used
 */
export const createFileAccountStore = (file: string, logger: Logger): AccountStore => {
  const listeners = new Set<() => void>();
  let latest: Snapshot | null = null;
  let announced: string | null | undefined;
  let timer: NodeJS.Timeout | null = null;

  const readSignature = async (): Promise<string | null> => {
    try {
      const { mtimeNs, size, ino, mode } = await stat(file, { bigint: true });
      // Others must not read it, whoever has opened it to them.
      if (process.platform !== 'win32' && (mode & 0o077n) !== 0n) await chmod(file, 0o600);
      return `${mtimeNs} ${size} ${ino}`;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null;
      throw error;
    }
  };

  /** `null` where the file is damaged. */
  const readPresent = async (): Promise<Snapshot | null> => {
    const signature = await readSignature();
    if (latest?.signature === signature) return latest;
    if (signature === null) return (latest = { signature, accounts: NO_ACCOUNTS });
    const accounts = parseStoredAccounts(await readFile(file, 'utf8'));
    // A file that is replaced between the two steps is read once more by the next caller: the signature is the older one.
    return accounts === null ? null : (latest = { signature, accounts });
  };

  const withLock = <T>(work: () => Promise<T>): Promise<T> => withFileLock(`${file}.lock`, work);

  /** Under the lock, so that what another process has just mended is not moved away. */
  const readOrMoveAside = async (): Promise<StoredAccounts> => {
    const present = await readPresent();
    if (present !== null) return present.accounts;
    const aside = findFreeName(`${file}.damaged`);
    await rename(file, aside);
    logger.warn(
      `The Cursor accounts in ${file} are lost, as the file is damaged. It was moved to ${aside}. Sign in again.`,
    );
    return NO_ACCOUNTS;
  };

  const notify = (): void => {
    for (const listener of listeners) listener();
  };

  const watch = async (): Promise<void> => {
    try {
      const signature = await readSignature();
      if (announced !== undefined && announced !== signature) {
        announced = signature;
        notify();
      }
      announced = signature;
    } catch {
      // Who reads the file is told why it cannot be read.
    }
  };

  return {
    async read() {
      return await explained(file, async () => {
        const present = await readPresent();
        return present?.accounts ?? (await withLock(readOrMoveAside));
      });
    },

    async update(change) {
      const hasChanged = await explained(file, () =>
        withLock(async () => {
          const present = await readOrMoveAside();
          const accounts = change(present);
          if (accounts === present) return false;
          await writeFileAtomic(file, formatStoredAccounts(accounts), { mode: 0o600 });
          latest = { signature: await readSignature(), accounts };
          announced = latest.signature;
          return true;
        }),
      );
      if (hasChanged) notify();
    },

    onDidChange(listener) {
      const call = (): void => listener();
      listeners.add(call);
      if (timer === null) {
        announced = latest?.signature;
        void watch();
        timer = setInterval(() => void watch(), WATCH_MS).unref();
      }
      return () => {
        listeners.delete(call);
        if (listeners.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
      };
    },
  };
};

const findFreeName = (wanted: string): string => {
  let name = wanted;
  for (let count = 2; existsSync(name); count += 1) name = `${wanted}-${count}`;
  return name;
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const explained = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const reason = error instanceof Error ? ('code' in error ? String(error.code) : error.message) : String(error);
    throw new GatewayError(
      'internal_error',
      `The Cursor accounts in ${file} cannot be used (${reason}). See to it that its folder and the file are yours to read and write.`,
      { cause: error },
    );
  }
};
