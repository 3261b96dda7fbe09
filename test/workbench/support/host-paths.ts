import path from 'node:path';
import { hostFolder } from '../host/install-host.mjs';

/** The Node.js that code-server runs on. */
export const hostNode = (): string =>
  path.join(hostFolder(), 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');

/** What code-server starts from. */
export const codeServerEntry = (): string => path.join(hostFolder(), 'node_modules/code-server/out/node/entry.js');
