// Builds dist/. Each entry is one plain CommonJS file; an entry that another one loads lazily stays a file of its own, so
// that the extension's activation path holds no server, and `portside serve` no simulator.
//   node esbuild.mjs [--production] [--outdir FOLDER]
import { build } from 'esbuild';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { collectLicenses } from './scripts/collect-licenses.mjs';
import { documentSources, writeDocuments } from './scripts/write-documents.mjs';

const root = import.meta.dirname;
const { production, outdir } = parseArgs({
  options: {
    production: { type: 'boolean', default: false },
    outdir: { type: 'string', default: path.join(root, 'dist') },
  },
}).values;

/** Output name → entry file. `src/cli/main.ts` is separate and small: it must at least parse on an old Node. */
const entries = {
  cli: 'src/cli/main.ts',
  'cli-program': 'src/cli/program.ts',
  gateway: 'src/host/main.ts',
  bridge: 'src/backends/cursor-sdk/process/main.ts',
  simulator: 'src/simulator/main.ts',
  extension: 'src/extension/main.ts',
  tokenizer: 'src/engine/output/tokenizer/main.ts',
  'image-converter': 'src/images/convert/main.ts',
  connect: 'src/connect/main.ts',
  panel: 'src/extension/panel/main.ts',
};

/** Turns `await import('../host/main.ts')` of one entry by another into a load of its built file at run time. */
const lazyEntries = {
  name: 'lazy-entries',
  setup({ onResolve }) {
    const built = new Map(Object.entries(entries).map(([name, file]) => [path.join(root, file), `./${name}.js`]));
    onResolve({ filter: /\/(main|program)\.ts$/ }, ({ path: specifier, resolveDir, kind }) => {
      const file = built.get(path.join(resolveDir, specifier));
      return kind === 'dynamic-import' && file !== undefined ? { path: file, external: true } : undefined;
    });
  },
};

/**
 * What express brings along for a body parser and a query parser of its own, which nothing here uses: tables of encodings, half a
 * megabyte, and `qs`.
 */
const withoutParsers = {
  name: 'without-parsers',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:iconv-lite|qs)$/ }, ({ path: specifier }) => ({ path: specifier, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Of the thousands of media types that express knows by file ending, those that are sent or compared here. */
const withFewMediaTypes = {
  name: 'with-few-media-types',
  setup({ onLoad }) {
    onLoad({ filter: /mime-db[\\/]db\.json$/ }, ({ path: file }) => {
      const all = JSON.parse(readFileSync(file, 'utf8'));
      return {
        contents: JSON.stringify(Object.fromEntries(MEDIA_TYPES.map((type) => [type, all[type]]))),
        loader: 'json',
      };
    });
  },
};

const MEDIA_TYPES = [
  'application/json',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'image/svg+xml',
  'multipart/form-data',
  'text/css',
  'text/html',
  'text/javascript',
  'text/plain',
];

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // The SDK is proprietary and ships unmodified beside the bundle.
  external: ['vscode', '@cursor/sdk'],
  supported: { 'dynamic-import': false },
  mainFields: ['module', 'main'],
  conditions: ['module'],
  plugins: [lazyEntries, withoutParsers, withFewMediaTypes],
  minify: production,
  // The text of a program stays in memory; names are left as they are, for stack traces.
  minifyWhitespace: true,
  sourcemap: production ? false : 'linked',
  // Both are native packages that ws would use where they are installed; Node.js has their work built in.
  define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
  loader: { '.wasm': 'binary' },
  keepNames: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

mkdirSync(outdir, { recursive: true });
// What scripts/setup/build.mjs knows of an earlier build is over.
rmSync(path.join(outdir, '.portside-built'), { force: true });
const metafiles = await Promise.all(
  Object.entries(entries).map(async ([name, file]) => {
    const { metafile } = await build({
      ...common,
      entryPoints: { [name]: file },
      outdir,
      // The WebP decoder asks where it is, to find its .wasm file; it is given the bytes instead.
      ...(name === 'image-converter' && { logOverride: { 'empty-import-meta': 'silent' } }),
      ...(name === 'cli' && { target: 'node18', banner: { js: '#!/usr/bin/env node' } }),
    });
    return [name, metafile];
  }),
);
/** The panel runs in a browser: one script and one style sheet, with the icons' font beside it. */
const { metafile: webview } = await build({
  absWorkingDir: root,
  bundle: true,
  platform: 'browser',
  format: 'iife',
  target: 'chrome134',
  entryPoints: { webview: 'src/webview/main.ts' },
  outdir,
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
});
metafiles.push(['webview', webview]);
writeDocuments(root, path.join(outdir, 'documents'), production ? 11 : 5);
writeFileSync(
  path.join(outdir, 'THIRD-PARTY-LICENSES.txt'),
  collectLicenses(root, [...documentSources, ...metafiles.flatMap(([, { inputs }]) => Object.keys(inputs))]),
);
// test/unit/bundles.test.ts looks at what went into which file.
writeFileSync(path.join(outdir, 'metafile.json'), JSON.stringify(Object.fromEntries(metafiles)));
