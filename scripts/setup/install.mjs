import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './run-command.mjs';
import { SetupError } from './sentence.mjs';

/** Installs what package-lock.json asks for, unless that is done. */
export const ensureInstalled = async (root) => {
  const lockFile = path.join(root, 'package-lock.json');
  const stampFile = path.join(root, 'node_modules', '.portside-installed');
  const lock = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lock) return;
  if (!isInstalledByHand(root, lockFile)) {
    process.stderr.write('Installing dependencies…\n');
    // No package here needs its install script, and older Node.js versions than some packages ask for are fine until findNode.
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const npm = process.env.npm_execpath;
    const code = await (npm === undefined
      ? runCommand('npm', args, { cwd: root, shell: process.platform === 'win32' })
      : runCommand(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 'inherit'] }));
    if (code === -1)
      throw new SetupError('npm was not found: install it together with Node.js from https://nodejs.org.');
    if (code !== 0) throw new SetupError('The dependencies could not be installed: see what npm wrote above.');
  }
  writeFileSync(stampFile, lock);
};

/** Whether `npm ci` or `npm install` has run since the lock file changed. A linked folder is somebody else's to install. */
const isInstalledByHand = (root, lockFile) => {
  const folder = path.join(root, 'node_modules');
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return true;
  const marker = path.join(folder, '.package-lock.json');
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(lockFile).mtimeMs;
};
