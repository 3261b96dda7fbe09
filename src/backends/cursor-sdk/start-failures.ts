import { ResponseError } from 'vscode-jsonrpc';
import type { InitializeErrorData } from './protocol.ts';
import { MINIMUM_NODE_VERSION } from './node-version.ts';

const USE_NODE_PATH = `Set portside.nodePath (PORTSIDE_NODE_PATH) to a Node.js of version ${MINIMUM_NODE_VERSION} or newer.`;

/** Why a process could not be started, for people. `nodePath` is the setting: empty where it is not set. */
export const toForkFailure = (error: unknown, nodePath: string): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (nodePath !== '' && (code === 'ENOENT' || code === 'EACCES')) {
    const what = code === 'ENOENT' ? 'does not exist' : 'may not be executed';
    return `The Node.js executable "${nodePath}" ${what}. ${USE_NODE_PATH}`;
  }
  const words = error instanceof Error ? error.message : String(error);
  // Its folder could not be made: another Node.js would not help.
  if (error instanceof Error && 'path' in error && 'syscall' in error && error.syscall !== 'spawn') {
    return `The folder of the process for the Cursor SDK cannot be used: ${words}. See that this user may write there, or choose another folder (PORTSIDE_HOME).`;
  }
  // Electron refuses to fork where the editor's makers have turned that off.
  return `The process for the Cursor SDK could not be started: ${words}. ${USE_NODE_PATH}`;
};

/** Why the handshake failed in a way that would repeat itself, for people; `null` for other failures. */
export const toHandshakeFailure = (error: unknown): string | null => {
  if (!(error instanceof ResponseError)) return null;
  switch (toKind(error.data)) {
    case 'node-too-old':
      return `The Node.js that runs the Cursor SDK is too old (${error.message}). ${USE_NODE_PATH}`;
    case 'protocol-mismatch':
      return 'The bridge belongs to another version of Portside. Install Portside again.';
    case 'sdk-not-loaded':
      return `The Cursor SDK could not be loaded: ${error.message}. Install Portside again.`;
    case null:
      return null;
  }
};

/** What the other side sent is not known to be of the right form: it may be another version. */
const toKind = (data: unknown): InitializeErrorData['kind'] | null => {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return null;
  const { kind } = data;
  return kind === 'node-too-old' || kind === 'protocol-mismatch' || kind === 'sdk-not-loaded' ? kind : null;
};
