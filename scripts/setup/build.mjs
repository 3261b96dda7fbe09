import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './run-command.mjs';
import { SetupError } from './sentence.mjs';

const BUILT = [
  'cli.js',
  'cli-program.js',
  'gateway.js',
  'bridge.js',
  'simulator.js',
  'extension.js',
  'tokenizer.js',
  'image-converter.js',
  'connect.js',
  'panel.js',
  'webview.js',
  'webview.css',
  'documents',
];

/** What dist/ is made of beside src/. */
const OTHER_SOURCES = [
  'esbuild.mjs',
  'scripts/write-documents.mjs',
  'scripts/collect-licenses.mjs',
  'docs/openapi.json',
  'media/icon.svg',
  'package.json',
  'package-lock.json',
];

/** Builds dist/ with the given Node.js, unless it was built from these very sources. */
export const ensureBuilt = async (root, node) => {
  const stampFile = path.join(root, 'dist', '.portside-built');
  const sources = hashSources(root);
  const isWhole = BUILT.every((name) => existsSync(path.join(root, 'dist', name)));
  if (isWhole && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sources) return;
  process.stderr.write('Building…\n');
  const code = await runCommand(node, [path.join(root, 'esbuild.mjs')], { cwd: root, stdio: ['ignore', 2, 'inherit'] });
  if (code !== 0) throw new SetupError('The build failed: see above.');
  writeFileSync(stampFile, sources);
};

const hashSources = (root) => {
  const hash = createHash('sha256');
  const files = readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .toSorted();
  for (const file of [...files, ...OTHER_SOURCES.map((name) => path.join(root, name))]) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
};
