import path from 'node:path';
import { type ExtensionContext, env } from 'vscode';
import type { CursorSignIn } from '../../core/account.ts';
import type { Logger } from '../../core/logger.ts';
import type { EditorSignIn } from '../../credentials/editor-sign-in/editor-sign-in.ts';
import { toEditorFolders } from '../editor-folders.ts';
import type { HostModule } from '../load-gateway.ts';
import { readEditorProxy, readRawSettings } from '../settings.ts';
import { readSettings } from '../settings-reader.ts';

/** What gets keys from Cursor. */
export interface CursorSignInWays {
  readonly cursorSignIn: CursorSignIn;
  readonly readEditorSignIn: () => Promise<EditorSignIn>;
}

/** Gets keys with the settings and the proxy of each call, as whoever renews keys may live longer than they stay the same. */
export const createCursorSignInWays = (options: {
  host: HostModule;
  context: Pick<ExtensionContext, 'asAbsolutePath' | 'globalStorageUri'>;
  logger: Logger;
  /** The service whose keys are wanted. */
  backendUrl: string;
}): CursorSignInWays => {
  const { host, context, logger, backendUrl } = options;
  const folder = context.globalStorageUri.fsPath;
  const readNow = () => readSettings(host.settingsSchema, readRawSettings).settings;

  const createNow = (): CursorSignIn => {
    const { nodePath, requestTimeoutSeconds } = readNow();
    return host.createCursorSignIn({
      bridgePath: context.asAbsolutePath(path.join('dist', 'bridge.js')),
      nodePath,
      backendUrl,
      proxy: readEditorProxy(),
      dataFolder: path.join(folder, 'bridge'),
      logger,
      requestTimeoutMs: requestTimeoutSeconds * 1000,
    });
  };

  return {
    cursorSignIn: {
      signIn: (request) => createNow().signIn(request),
      exchangeSession: (request) => createNow().exchangeSession(request),
      readProfile: (apiKey, signal) => createNow().readProfile(apiKey, signal),
    },
    readEditorSignIn: () =>
      host.readEditorSignIn({
        ...toEditorFolders(env.appName, folder),
        configured: readNow().cursorDataFolder,
        isRemote: env.remoteName !== undefined,
      }),
  };
};
