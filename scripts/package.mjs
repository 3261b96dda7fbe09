// `npm run package [-- --target <target> | --all]`: installs what is missing, builds the extension and packs it, with the
// Cursor SDK for one platform in it, into dist/portside-<version>-<target>.vsix. Runs on Node.js 20 and needs nothing
// installed.
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './setup/install.mjs';
import { findNode } from './setup/node-path.mjs';
import { runCommand } from './setup/run-command.mjs';
import { runMain } from './setup/sentence.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await runMain(async () => {
  await ensureInstalled(root);
  const main = fileURLToPath(new URL('package/main.mjs', import.meta.url));
  process.exitCode = await runCommand(findNode(root), [main, ...process.argv.slice(2)], { cwd: root });
});
