import { homedir } from 'node:os';
import path from 'node:path';
import { createCursorSignIn } from '../../backends/cursor-sdk/create-cursor-sign-in.ts';
import { readSettings } from '../../config/read-settings.ts';
import type { CursorSignIn } from '../../core/account.ts';
import type { Accounts } from '../../credentials/accounts/accounts.ts';
import { createAccounts } from '../../credentials/accounts/create-accounts.ts';
import { readEnvironmentKey } from '../../credentials/accounts/environment-key.ts';
import { createFileAccountStore } from '../../credentials/accounts/file-account-store.ts';
import type { EditorSignIn } from '../../credentials/editor-sign-in/editor-sign-in.ts';
import { readEditorSignIn } from '../../credentials/editor-sign-in/read-editor-sign-in.ts';
import { createConsoleLogger } from '../console-logger.ts';
import { type Environment, readEnvironment } from '../read-environment.ts';
import { readHome } from '../read-home.ts';
import { toUsageError } from '../usage-error.ts';

/** What the `auth` commands work with. */
export interface AuthServices {
  readonly environment: Environment;
  readonly accounts: Accounts;
  readonly signIn: CursorSignIn;
  readonly readEditor: () => Promise<EditorSignIn>;
}

/** @throws UsageError that names the variable at fault */
export const createAuthServices = async (): Promise<AuthServices> => {
  // Everything that this process and the ones it starts write is its owner's alone.
  process.umask(0o077);
  const environment = readEnvironment();
  const settings = await toUsageError(() => readSettings({ flags: {}, environment }));
  const home = readHome(environment);
  // What goes as it should is told by the command itself.
  const logger = { ...createConsoleLogger({ isVerbose: false }), info: () => {} };
  return {
    environment,
    accounts: createAccounts({
      store: createFileAccountStore(path.join(home, 'accounts.json'), logger),
      environment: { apiKey: readEnvironmentKey(environment) },
      allowsOthers: () => settings.tryOtherAccounts,
      backendUrl: settings.backendUrl,
      logger,
    }),
    signIn: createCursorSignIn({
      bridgePath: path.join(__dirname, 'bridge.js'),
      nodePath: settings.nodePath,
      backendUrl: settings.backendUrl,
      proxy: { url: '', bypass: [] },
      dataFolder: home,
      logger,
      requestTimeoutMs: settings.requestTimeoutSeconds * 1000,
    }),
    readEditor: () =>
      readEditorSignIn({
        platform: process.platform,
        environment,
        homeFolder: homedir(),
        configured: settings.cursorDataFolder,
        ownGlobalStorage: null,
        isRemote: false,
      }),
  };
};
