import { homedir } from 'node:os';
import path from 'node:path';
import { createCursorSignIn } from '../../backends/cursor-sdk/create-cursor-sign-in.ts';
import type { Settings } from '../../config/settings-schema.ts';
import type { CursorSignIn } from '../../core/account.ts';
import type { Logger } from '../../core/logger.ts';
import type { EditorSignIn } from '../../credentials/editor-sign-in/editor-sign-in.ts';
import { readEditorSignIn } from '../../credentials/editor-sign-in/read-editor-sign-in.ts';

/** How the command comes to keys. */
export interface SignInWays {
  readonly signIn: CursorSignIn;
  readonly readEditor: () => Promise<EditorSignIn>;
}

export const createSignInWays = (options: {
  readonly settings: Settings;
  readonly home: string;
  readonly logger: Logger;
}): SignInWays => {
  const { settings, home, logger } = options;
  return {
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
        environment: process.env,
        homeFolder: homedir(),
        configured: settings.cursorDataFolder,
        ownGlobalStorage: null,
        isRemote: false,
      }),
  };
};
