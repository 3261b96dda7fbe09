import { existsSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './sentence.mjs';

/** The oldest Node.js that everything here runs on, once it is installed. */
const OLDEST = [22, 14];

/** The Node.js to run everything else with: the one in node_modules where the platform has it, else this one if it is recent. */
export const findNode = (root) => {
  const installed = path.join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(installed)) return installed;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return process.execPath;
  throw new SetupError(
    `Portside needs Node.js ${OLDEST.join('.')} or newer on this platform, and this is ${process.versions.node}: install it from https://nodejs.org and try again.`,
  );
};
