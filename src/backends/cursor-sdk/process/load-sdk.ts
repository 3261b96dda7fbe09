import type * as Sdk from '@cursor/sdk';
import { forceHttp1 } from './force-http1.ts';
import { refuseChildProcesses } from './refuse-child-processes.ts';
import { silenceTranscriptStore } from './silence-transcript-store.ts';

/** The SDK's exports. */
export type CursorSdk = typeof Sdk;

export interface SdkSurroundings {
  /** Empty for Cursor's own service. */
  readonly backendUrl: string;
  /** A file: where the SDK would make a folder for its transcripts. */
  readonly cursorDataPath: string;
  /** The working directory, of which the SDK tells Cursor. */
  readonly workFolder: string;
  /** Whether an HTTP proxy stands before that service, and this process can use it. */
  readonly usesProxy: boolean;
}

/** What the SDK finds in its environment. */
export const toSdkEnvironment = ({
  backendUrl,
  cursorDataPath,
}: Pick<SdkSurroundings, 'backendUrl' | 'cursorDataPath'>): Readonly<Record<string, string>> => ({
  CURSOR_DATA_DIR: cursorDataPath,
  ...(backendUrl !== '' && { CURSOR_BACKEND_URL: backendUrl }),
});

/**
 * Prepares the process for the SDK, then loads it. The SDK reads its environment and takes its imports while it loads, hence
 * the order.
 *
 * For a backend on this machine the SDK turns off the checks of TLS certificates for the whole process; this one speaks to
 * that backend only.
 *
 * @throws what loading throws where the SDK is not installed or does not fit this Node.js
 */
export const loadSdk = async (surroundings: SdkSurroundings): Promise<CursorSdk> => {
  Object.assign(process.env, toSdkEnvironment(surroundings));
  process.chdir(surroundings.workFolder);
  refuseChildProcesses();
  silenceTranscriptStore();
  if (surroundings.usesProxy) forceHttp1();
  const sdk = await import('@cursor/sdk');
  if (surroundings.usesProxy) sdk.Cursor.configure({ local: { useHttp1ForAgent: true } });
  return sdk;
};
