// `npm test [-- layer …]`: sets everything up and runs every layer, or the named ones. The last line counts all tests of all
// layers. Runs on Node.js 20 and needs nothing installed.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { findNode } from './setup/node-path.mjs';
import { runMain, SetupError } from './setup/sentence.mjs';
import { add, NOTHING } from './test/counts.mjs';
import { runChecks } from './test/checks.mjs';
import { runVitest } from './test/vitest.mjs';
import { runWorkbench } from './test/workbench.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const FAST_LAYERS = ['unit', 'webview', 'wire', 'contract', 'bridge', 'cli', 'clients'];
const LAYERS = ['checks', ...FAST_LAYERS, 'workbench'];

await runMain(async () => {
  await ensureInstalled(root);
  const node = findNode(root);
  await ensureBuilt(root, node);
  const results = path.join(root, 'test-results');
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);

  const named = process.argv.slice(2);
  const unknown = named.filter((layer) => !LAYERS.includes(layer));
  if (unknown.length > 0) {
    throw new SetupError(`There is no layer ${unknown.join(', ')}. There are ${LAYERS.join(', ')}.`);
  }
  const isWanted = (layer) => named.length === 0 || named.includes(layer);
  const context = { root, node, results };
  // Two cores: what only computes runs beside what mostly waits for a browser.
  const lanes = await Promise.all([
    (async () => {
      const checks = isWanted('checks') ? await runChecks(context) : NOTHING;
      const layers = FAST_LAYERS.filter(isWanted);
      return add(checks, layers.length > 0 ? await runVitest(context, layers) : NOTHING);
    })(),
    isWanted('workbench') ? runWorkbench(context) : NOTHING,
  ]);
  const { passed, failed, skipped } = lanes.reduce(add);
  if (failed > 0 || skipped > 0 || passed === 0) process.exitCode = 1;
  process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
});
