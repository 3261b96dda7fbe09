// `npm start`: installs, builds, and serves the API without an editor; arguments go to `portside serve`. Everything that is
// there already is skipped. Runs on Node.js 20 and needs nothing installed.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { findNode } from './setup/node-path.mjs';
import { runMain } from './setup/sentence.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await runMain(async () => {
  await ensureInstalled(root);
  const node = findNode(root);
  await ensureBuilt(root, node);
  const args = [path.join(root, 'dist', 'cli.js'), 'serve', '--simulate-without-key', ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
});
