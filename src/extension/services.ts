import path from 'node:path';
import { type ExtensionContext, env } from 'vscode';
import type { AccountInfo, CursorSignIn } from '../core/account.ts';
import type { Logger } from '../core/logger.ts';
import type { Settings } from '../config/settings-schema.ts';
import type { AccessTokens } from '../credentials/access-tokens/access-tokens.ts';
import type { Accounts } from '../credentials/accounts/accounts.ts';
import { toKeyName } from '../credentials/accounts/key-name.ts';
import type { EditorSignIn } from '../credentials/editor-sign-in/editor-sign-in.ts';
import { readEnvironmentKey } from './accounts/environment-key.ts';
import { createSecretAccountStore } from './accounts/secret-account-store.ts';
import { toEditorFolders } from './editor-folders.ts';
import { loadGateway } from './load-gateway.ts';
import type { Secrets } from './secrets.ts';
import { readEditorProxy, readRawSettings } from './settings.ts';
import { readSettings } from './settings-reader.ts';

/** Accounts, access tokens and ways to sign in: what needs the lazily loaded server code, but no server. */
export interface Services {
  readonly accounts: Accounts;
  readonly tokens: AccessTokens;
  readonly cursorSignIn: CursorSignIn;
  readonly readEditorSignIn: () => Promise<EditorSignIn>;
  /** @throws GatewayError */
  readonly connectEditorAccount: (options: {
    readonly confirm: (email: string | null) => Promise<boolean>;
    readonly signal: AbortSignal;
  }) => Promise<AccountInfo | 'declined'>;
  /** The default token; made where there is none. */
  readonly getAccessToken: () => Promise<string>;
  /** Makes the default token that this window gives out the one that counts. */
  readonly enforceAccessToken: () => Promise<void>;
  /** Replaces the default token; gives the new one. */
  readonly rotateAccessToken: () => Promise<string>;
}

export interface ServicesHolder {
  /** The services for the settings as they are now. Loads the server code at the first use. */
  open(): Promise<Services>;
  /** Calls `listener` after each change of the accounts, once they are open. Returns the function that ends this. */
  onDidChangeAccounts(listener: () => void): () => void;
  close(): void;
}

export interface ServicesOptions {
  readonly context: Pick<ExtensionContext, 'asAbsolutePath' | 'globalStorageUri' | 'secrets'>;
  readonly secrets: Secrets;
  readonly logger: Logger;
  /** Called when the stored accounts were damaged and have been put aside. */
  readonly onDamagedAccounts: () => void;
  /** Called for an account that only its user can renew. */
  readonly onExpiring: (account: AccountInfo) => void;
}

type HostModule = Awaited<ReturnType<typeof loadGateway>>;

/** The accounts of one service, with what keeps them from running out. */
interface AccountRoom {
  readonly backendUrl: string;
  readonly accounts: Accounts;
  close(): void;
}

/** Makes the services at their first use; accounts anew where the setting names another service. */
export const createServices = (options: ServicesOptions): ServicesHolder => {
  const { context, secrets, logger } = options;
  const listeners = new Set<() => void>();
  let opening: Promise<Services> | null = null;
  let room: AccountRoom | null = null;
  let tokens: AccessTokens | null = null;
  let isClosed = false;
  let store: ReturnType<typeof createSecretAccountStore> | null = null;

  const notify = (): void => {
    for (const listener of listeners) listener();
  };

  const readEditorSignInWith = (host: HostModule, settings: Settings): Promise<EditorSignIn> =>
    host.readEditorSignIn({
      ...toEditorFolders(env.appName, context.globalStorageUri.fsPath),
      configured: settings.cursorDataFolder,
      isRemote: env.remoteName !== undefined,
    });

  const createSignIn = (host: HostModule, settings: Settings): CursorSignIn =>
    host.createCursorSignIn({
      bridgePath: context.asAbsolutePath(path.join('dist', 'bridge.js')),
      nodePath: settings.nodePath,
      backendUrl: settings.backendUrl,
      proxy: readEditorProxy(),
      dataFolder: path.join(context.globalStorageUri.fsPath, 'bridge'),
      logger,
      requestTimeoutMs: settings.requestTimeoutSeconds * 1000,
    });

  const openRoom = async (host: HostModule, settings: Settings): Promise<AccountRoom> => {
    if (room?.backendUrl === settings.backendUrl) return room;
    room?.close();
    store ??= createSecretAccountStore({
      storage: context.secrets,
      parse: host.parseStoredAccounts,
      onDamaged: options.onDamagedAccounts,
    });
    const accounts = host.createAccounts({
      store,
      environment: { apiKey: readEnvironmentKey() },
      allowsOthers: () => readRawSettings('tryOtherAccounts') === true,
      backendUrl: settings.backendUrl,
      logger,
    });
    const stopListening = accounts.onDidChange(notify);
    await secrets.handOverCursorApiKey(async (apiKey) => {
      await accounts.add({ name: '', source: 'key', key: { apiKey, email: null, expiresAt: null }, plan: null });
    });
    const renewal = host.startRenewal({
      accounts,
      readEditor: () => readEditorSignInWith(host, settings),
      signIn: createSignIn(host, settings),
      keyName: toKeyName(),
      onExpiring: options.onExpiring,
      logger,
    });
    room = {
      backendUrl: settings.backendUrl,
      accounts,
      close() {
        renewal.close();
        stopListening();
        accounts.close();
      },
    };
    notify();
    return room;
  };

  const openTokens = async (host: HostModule): Promise<AccessTokens> => {
    if (tokens !== null) return tokens;
    const opened = host.openAccessTokens({ folder: context.globalStorageUri.fsPath, logger, ownToken: null });
    // Only the window that serves says which token counts: another's secret storage may be behind for a while.
    if (!opened.list().some(({ id }) => id === 'default')) {
      opened.setDefault(await secrets.getAccessToken(host.generateAccessToken));
    }
    tokens = opened;
    return opened;
  };

  const openNow = async (): Promise<Services> => {
    if (isClosed) throw new Error('The extension has ended.');
    const host = await loadGateway();
    const { settings } = readSettings(host.settingsSchema, readRawSettings);
    const { accounts } = await openRoom(host, settings);
    const opened = await openTokens(host);
    const cursorSignIn = createSignIn(host, settings);
    const readEditorSignIn = (): Promise<EditorSignIn> => readEditorSignInWith(host, settings);
    return {
      accounts,
      tokens: opened,
      cursorSignIn,
      readEditorSignIn,
      connectEditorAccount: ({ confirm, signal }) =>
        host.connectEditorAccount({
          read: readEditorSignIn,
          signIn: cursorSignIn,
          accounts,
          confirm,
          keyName: toKeyName(),
          signal,
        }),
      getAccessToken: () => secrets.getAccessToken(host.generateAccessToken),
      async enforceAccessToken() {
        opened.setDefault(await secrets.getAccessToken(host.generateAccessToken));
      },
      async rotateAccessToken() {
        const token = host.generateAccessToken();
        await secrets.setAccessToken(token);
        opened.setDefault(token);
        return token;
      },
    };
  };

  // One after the other, so that no two rooms are made at once.
  const open = (): Promise<Services> => {
    const next = (opening ?? Promise.resolve()).catch(() => undefined).then(openNow);
    opening = next;
    return next;
  };

  // Another window has replaced the default token: what it gave out counts here too.
  const stopListening = secrets.onDidChangeAccessToken(() => {
    if (tokens !== null) void adoptAccessToken();
  });
  const adoptAccessToken = async (): Promise<void> => {
    try {
      await (await open()).enforceAccessToken();
    } catch (error) {
      logger.error('The default access token could not be read.', { cause: String(error) });
    }
  };

  return {
    open,
    onDidChangeAccounts(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {
      isClosed = true;
      stopListening();
      listeners.clear();
      room?.close();
      tokens?.close();
    },
  };
};
