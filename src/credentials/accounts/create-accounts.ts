import { ACCOUNT_SOURCES, type AccountInfo, type AccountStatus } from '../../core/account.ts';
import type { CursorCredential } from '../../core/credential-source.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import { judgeExpiry, toExpiryMoments } from './account-expiry.ts';
import { createAccountMarks } from './account-marks.ts';
import { ENVIRONMENT_ACCOUNT } from './account-names.ts';
import type { AccountStore, StoredAccount, StoredAccounts } from './account-store.ts';
import { expired, notSignedIn, toRefusal } from './account-words.ts';
import type { Accounts } from './accounts.ts';
import { createExpiryTimer } from './expiry-timer.ts';
import { toStoredAccount } from './to-stored-account.ts';

/** What the accounts are made of. */
export interface AccountsOptions {
  readonly store: AccountStore;
  /** `CURSOR_API_KEY`; `null` or empty where there is none. */
  readonly environment: { readonly apiKey: string | null };
  /** The setting `tryOtherAccounts`. Asked for each request. */
  readonly allowsOthers: () => boolean;
  /** The address of Cursor's service; empty for the real one. Keys of other services are neither offered nor shown. */
  readonly backendUrl: string;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** An account that can be chosen: a stored one, or that of the environment. */
interface Candidate extends Pick<AccountInfo, 'name' | 'source' | 'email' | 'plan' | 'expiresAt'> {
  readonly apiKey: string;
  readonly createdAt: number;
}

/** The user's accounts over a store. What Cursor said of a key is remembered in memory only. */
export const createAccounts = ({
  store,
  environment,
  allowsOthers,
  backendUrl: address,
  logger,
  now = Date.now,
}: AccountsOptions): Accounts => {
  const backendUrl = address.replace(/\/+$/, '');
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const marks = createAccountMarks(notify);
  const expiry = createExpiryTimer({ now, onPassed: notify });
  let unwatch: (() => void) | null = null;
  let environmentEmail: string | null = null;
  // Where the account of a credential came from, for when a run with it fails.
  let known: readonly Candidate[] = [];

  const isOurs = (account: StoredAccount): boolean => account.backendUrl.replace(/\/+$/, '') === backendUrl;

  const environmentAccount: () => readonly Candidate[] = () =>
    environment.apiKey === null || environment.apiKey === ''
      ? []
      : [
          {
            name: ENVIRONMENT_ACCOUNT,
            source: 'environment',
            apiKey: environment.apiKey,
            email: environmentEmail,
            plan: null,
            createdAt: 0,
            expiresAt: null,
          },
        ];

  const toCandidates = ({ accounts, defaultName }: StoredAccounts): readonly Candidate[] =>
    [...accounts.filter(isOurs), ...environmentAccount()].toSorted(
      (one, other) =>
        Number(other.name === defaultName) - Number(one.name === defaultName) ||
        ACCOUNT_SOURCES.indexOf(one.source) - ACCOUNT_SOURCES.indexOf(other.source) ||
        one.createdAt - other.createdAt,
    );

  const watchExpiry = (): void => {
    expiry.watch(listeners.size === 0 ? [] : known.flatMap(({ expiresAt }) => toExpiryMoments(expiresAt)));
  };

  const readCandidates = async (): Promise<readonly Candidate[]> => {
    known = toCandidates(await store.read());
    marks.keepOnly(known.map(({ apiKey }) => apiKey));
    watchExpiry();
    return known;
  };

  /** Learns what may expire, whether or not a listener asks. */
  const refresh = async (): Promise<void> => {
    try {
      await readCandidates();
    } catch {
      // Who asks for the accounts is told why they cannot be read.
    }
  };

  const statusOf = ({ apiKey, expiresAt }: Candidate): AccountStatus => {
    const judgement = judgeExpiry(expiresAt, now());
    if (judgement === 'expired') return judgement;
    return marks.of(apiKey) ?? (judgement === 'expiring' ? judgement : 'ready');
  };

  const toInfo = (candidate: Candidate, isDefault: boolean): AccountInfo => ({
    name: candidate.name,
    source: candidate.source,
    email: candidate.email,
    plan: candidate.plan,
    expiresAt: candidate.expiresAt,
    status: statusOf(candidate),
    isDefault,
  });

  const list = async (): Promise<readonly AccountInfo[]> =>
    (await readCandidates()).map((candidate, index) => toInfo(candidate, index === 0));

  /** Whether it takes signing in again to use it. */
  const isSpent = (candidate: Candidate): boolean => ['expired', 'refused'].includes(statusOf(candidate));

  /** The first, then the others that may work; those that are rate limited at the end. */
  const orderForRun = (candidates: readonly Candidate[]): readonly Candidate[] => {
    const isLimited = (candidate: Candidate): boolean => statusOf(candidate) === 'rate-limited';
    const usable = candidates.filter((candidate) => !isSpent(candidate));
    return [...usable.filter((candidate) => !isLimited(candidate)), ...usable.filter(isLimited)];
  };

  return {
    list,

    async current() {
      return (await list())[0] ?? null;
    },

    async select(choice) {
      if (choice.type === 'key') return [{ account: null, apiKey: choice.apiKey }];
      const candidates = await readCandidates();
      const [first] = choice.type === 'default' ? candidates : candidates.filter(({ name }) => name === choice.name);
      if (first === undefined) {
        throw choice.type === 'default'
          ? notSignedIn()
          : new GatewayError(
              'invalid_request',
              'There is no Cursor account of the name that X-Portside-Account or the access token names. `portside auth status` lists them.',
              { param: 'X-Portside-Account' },
            );
      }
      if (statusOf(first) === 'expired') throw expired(first);
      // Other accounts are for rate limits: that the user has to sign in again must not go unnoticed.
      const mayTryOthers = choice.type === 'default' && !isSpent(first) && allowsOthers();
      const [best = first, ...others] = mayTryOthers ? orderForRun(candidates) : [first];
      return [toCredential(best), ...others.map(toCredential)];
    },

    noteFailure({ account, apiKey }, failure) {
      if (failure.code === 'rate_limited' && account !== null) marks.note(apiKey, 'rate-limited');
      if (failure.code !== 'cursor_sign_in_required') return failure;
      if (account === null) return toRefusal(null, failure);
      const candidate = known.find(({ name }) => name === account);
      if (candidate === undefined) return failure;
      marks.note(apiKey, 'refused');
      logger.warn('Cursor has refused the key of an account.', { account });
      return toRefusal(candidate, failure);
    },

    noteSuccess({ account, apiKey }) {
      if (account !== null) marks.clear(apiKey);
    },

    async add(account) {
      let added: StoredAccount | null = null;
      await store.update((present) => {
        added = toStoredAccount(account, present.accounts.filter(isOurs), backendUrl, now());
        const { name } = added;
        const rest = present.accounts.filter((other) => !(isOurs(other) && other.name === name));
        const accounts = [...rest, added];
        const isChosen = [ENVIRONMENT_ACCOUNT, ...accounts.map((each) => each.name)].includes(
          present.defaultName ?? '',
        );
        const [current] = toCandidates(present);
        const isStillGood = isChosen && (current === undefined || !isSpent(current));
        return { accounts, defaultName: isStillGood ? present.defaultName : name };
      });
      return await findInfo(await list(), added);
    },

    async renew(name, makeKey) {
      const before = (await store.read()).accounts.find((account) => isOurs(account) && account.name === name);
      if (before === undefined) return false;
      const { key, plan } = await makeKey();
      let isRenewed = false;
      await store.update((present) => {
        const index = present.accounts.findIndex(
          (account) => isOurs(account) && account.name === name && account.apiKey === before.apiKey,
        );
        const account = present.accounts[index];
        isRenewed = account !== undefined;
        if (account === undefined) return present;
        const { apiKey, expiresAt } = key;
        const renewed = { ...account, apiKey, email: key.email ?? account.email, plan, expiresAt };
        return { ...present, accounts: present.accounts.with(index, renewed) };
      });
      if (!isRenewed) {
        logger.warn(
          'The account was signed out of or changed during its renewal: its new key is not needed any more. Delete it in the Cursor Dashboard.',
          { account: name },
        );
      }
      return isRenewed;
    },

    async use(name) {
      await store.update((present) => {
        if (!toCandidates(present).some((candidate) => candidate.name === name)) throw noSuchAccount(name);
        return { ...present, defaultName: name };
      });
    },

    async remove(name) {
      if (name === ENVIRONMENT_ACCOUNT) {
        throw new GatewayError(
          'invalid_request',
          'This account comes from the variable CURSOR_API_KEY. Take the variable away to sign it out.',
        );
      }
      await store.update((present) => {
        const accounts = present.accounts.filter((account) => !(isOurs(account) && account.name === name));
        if (accounts.length === present.accounts.length) throw noSuchAccount(name);
        const isStillNamed = accounts.some((account) => account.name === present.defaultName);
        return { accounts, defaultName: present.defaultName === name && !isStillNamed ? null : present.defaultName };
      });
    },

    async noteProfile(name, { email }) {
      if (email === null) return;
      if (name === ENVIRONMENT_ACCOUNT) {
        if (environmentEmail === email) return;
        environmentEmail = email;
        notify();
        return;
      }
      const isNews = (account: StoredAccount): boolean =>
        isOurs(account) && account.name === name && account.email !== email;
      if (!(await store.read()).accounts.some(isNews)) return;
      await store.update((present) => ({
        ...present,
        accounts: present.accounts.map((account) => (isNews(account) ? { ...account, email } : account)),
      }));
    },

    onDidChange(listener) {
      // A listener may be given twice: each is ended for itself.
      const call = (): void => listener();
      listeners.add(call);
      unwatch ??= store.onDidChange(() => {
        notify();
        void refresh();
      });
      void refresh();
      return () => {
        listeners.delete(call);
        if (listeners.size > 0) return;
        watchExpiry();
        unwatch?.();
        unwatch = null;
      };
    },

    close() {
      marks.close();
      listeners.clear();
      watchExpiry();
      unwatch?.();
      unwatch = null;
    },
  };
};

const toCredential = ({ name, apiKey }: Candidate): CursorCredential => ({ account: name, apiKey });

const noSuchAccount = (name: string): GatewayError =>
  new GatewayError('invalid_request', `There is no account "${name}". \`portside auth status\` lists them.`);

const findInfo = async (infos: readonly AccountInfo[], added: StoredAccount | null): Promise<AccountInfo> => {
  const info = infos.find(({ name }) => name === added?.name);
  if (info === undefined) throw new GatewayError('internal_error', 'The account was not kept by its storage.');
  return info;
};
