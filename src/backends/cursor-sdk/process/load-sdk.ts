import type * as Sdk from '@cursor/sdk';

/** The SDK's exports. */
export type CursorSdk = typeof Sdk;

export interface SdkSurroundings {
  /** Empty for Cursor's own service. */
  readonly backendUrl: string;
  /** Where the SDK may write. */
  readonly cursorDataFolder: string;
  /** The working directory, of which the SDK tells Cursor. */
  readonly workFolder: string;
}

/**
 * What the SDK finds in its environment.
 *
 * Without a `PATH` it finds no shell, `git` or `gh`: it would run commands for the backend whether or not tools were offered
 * to it, and unseen by us. Windows finds its shells in other ways, and needs the variable.
 */
export const toSdkEnvironment = (
  { backendUrl, cursorDataFolder }: SdkSurroundings,
  platform: NodeJS.Platform,
): Readonly<Record<string, string>> => ({
  CURSOR_DATA_DIR: cursorDataFolder,
  ...(backendUrl !== '' && { CURSOR_BACKEND_URL: backendUrl }),
  ...(platform !== 'win32' && { PATH: '/dev/null' }),
});

/**
 * Prepares the process for the SDK, then loads it. The SDK reads its environment while it loads, hence the order.
 *
 * For a backend on this machine the SDK turns off the checks of TLS certificates for the whole process; this one speaks to
 * that backend only.
 *
 * @throws what loading throws where the SDK is not installed or does not fit this Node.js
 */
export const loadSdk = async (surroundings: SdkSurroundings): Promise<CursorSdk> => {
  Object.assign(process.env, toSdkEnvironment(surroundings, process.platform));
  process.chdir(surroundings.workFolder);
  return import('@cursor/sdk');
};
