import path from 'node:path';
import type { ExtensionContext } from 'vscode';
import type { AccountInfo } from '../core/account.ts';
import type { Logger } from '../core/logger.ts';
import type { AccessTokens } from '../credentials/access-tokens/access-tokens.ts';
import type { Accounts } from '../credentials/accounts/accounts.ts';
import { toKeyName } from '../credentials/accounts/key-name.ts';
import type { Renewal } from '../credentials/accounts/renewal.ts';
import { type CursorSignInWays, createCursorSignInWays } from './accounts/cursor-sign-in.ts';
import { createAccountsLock } from './accounts/accounts-lock.ts';
import { readEnvironmentKey } from '../credentials/accounts/environment-key.ts';
import { type SecretAccountStore, createSecretAccountStore } from './accounts/secret-account-store.ts';
import { type HostModule, loadGateway } from './load-gateway.ts';
import type { Secrets } from './secrets.ts';
import { readRawSettings } from './settings.ts';
import { readSettings } from './settings-reader.ts';
import { type DefaultToken, createDefaultToken } from './tokens/default-token.ts';

/** Accounts and access tokens: what needs the lazily loaded server code, but no server. */
export interface Services extends CursorSignInWays {
  readonly accounts: Accounts;
  /** @throws GatewayError */
  readonly connectEditorAccount: (options: {
    readonly confirm: (email: string | null) => Promise<boolean>;
    readonly signal: AbortSignal;
  }) => Promise<AccountInfo | 'declined'>;
  /** Keeps keys from running out, until it is closed. `onExpiring` is called for an account that only its user can renew. */
  readonly startRenewal: (onExpiring: (account: AccountInfo) => void) => Renewal;
  /** The access tokens, with a default one. Their file is opened at the first use. */
  readonly openTokens: () => Promise<TokenServices>;
}

export interface TokenServices {
  readonly tokens: AccessTokens;
  readonly defaultToken: DefaultToken;
}

export interface ServicesHolder {
  /** The services for the settings as they are now. Loads the server code at the first use. */
  open(): Promise<Services>;
  close(): void;
}

export interface ServicesOptions {
  readonly context: Pick<ExtensionContext, 'asAbsolutePath' | 'globalStorageUri' | 'secrets'>;
  readonly secrets: Secrets;
  readonly logger: Logger;
  /** Called when the stored accounts were damaged and have been put aside. */
  readonly onDamagedAccounts: () => void;
}

/** Makes the services at their first use; accounts of their own for each service that the settings have named. */
export const createServices = (options: ServicesOptions): ServicesHolder => {
  const { context, secrets, logger } = options;
  const folder = context.globalStorageUri.fsPath;
  // None is closed before the end: a server goes on with the service that it started with.
  const rooms = new Map<string, Accounts>();
  let store: SecretAccountStore | null = null;
  let handingOver: Promise<void> | null = null;
  let tokenServices: TokenServices | null = null;
  let isClosed = false;

  const checkOpen = (): void => {
    if (isClosed) throw new Error('The extension has ended.');
  };

  const openStore = (host: HostModule): SecretAccountStore =>
    (store ??= createSecretAccountStore({
      storage: context.secrets,
      parse: host.parseStoredAccounts,
      withLock: createAccountsLock({
        file: path.join(folder, 'accounts.lock'),
        withFileLock: host.withFileLock,
        logger,
      }),
      onDamaged: options.onDamagedAccounts,
    }));

  const openAccounts = (host: HostModule, backendUrl: string): Accounts => {
    const known = rooms.get(backendUrl);
    if (known !== undefined) return known;
    const accounts = host.createAccounts({
      store: openStore(host),
      environment: { apiKey: readEnvironmentKey() },
      allowsOthers: () => readRawSettings('tryOtherAccounts') === true,
      backendUrl,
      logger,
    });
    rooms.set(backendUrl, accounts);
    return accounts;
  };

  /** Once, however many ask at the same time. */
  const handOverOldKey = async (accounts: Accounts): Promise<void> => {
    handingOver ??= secrets.handOverCursorApiKey(async (apiKey) => {
      await accounts.add({ name: '', source: 'key', key: { apiKey, email: null, expiresAt: null }, plan: null });
    });
    try {
      await handingOver;
    } catch (error) {
      handingOver = null;
      throw error;
    }
  };

  const openTokens = async (host: HostModule): Promise<TokenServices> => {
    checkOpen();
    if (tokenServices === null) {
      const tokens = host.openAccessTokens({ folder, logger, ownToken: null });
      const defaultToken = createDefaultToken({ tokens, secrets, generate: host.generateAccessToken });
      tokenServices = { tokens, defaultToken };
    }
    await tokenServices.defaultToken.ensure();
    return tokenServices;
  };

  return {
    async open() {
      checkOpen();
      const host = await loadGateway();
      checkOpen();
      const { backendUrl } = readSettings(host.settingsSchema, readRawSettings).settings;
      const accounts = openAccounts(host, backendUrl);
      await handOverOldKey(accounts);
      checkOpen();
      const ways = createCursorSignInWays({ host, context, logger, backendUrl });
      return {
        ...ways,
        accounts,
        connectEditorAccount: ({ confirm, signal }) =>
          host.connectEditorAccount({
            read: ways.readEditorSignIn,
            signIn: ways.cursorSignIn,
            accounts,
            confirm,
            keyName: toKeyName(),
            signal,
          }),
        startRenewal: (onExpiring) =>
          host.startRenewal({
            accounts,
            readEditor: ways.readEditorSignIn,
            signIn: ways.cursorSignIn,
            keyName: toKeyName(),
            onExpiring,
            logger,
          }),
        openTokens: () => openTokens(host),
      };
    },
    close() {
      isClosed = true;
      for (const accounts of rooms.values()) accounts.close();
      store?.dispose();
      tokenServices?.tokens.close();
    },
  };
};
