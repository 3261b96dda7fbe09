import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

interface Output {
  readonly bytes: number;
  readonly imports: readonly { readonly path: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

const dist = path.join(import.meta.dirname, '../../dist');
const metafiles: Record<string, { outputs: Record<string, Output> }> = JSON.parse(
  readFileSync(path.join(dist, 'metafile.json'), 'utf8'),
);

const readBundle = (name: string): { externals: string[]; sources: string[] } => {
  const output = metafiles[name]?.outputs[`dist/${name}.js`];
  if (output === undefined) throw new Error(`dist/${name}.js was not built.`);
  const externals = output.imports
    .filter(({ external }) => external === true)
    .map((imported) => imported.path)
    .filter((imported) => !builtinModules.includes(imported.replace(/^node:/, '')));
  return { externals: [...new Set(externals)].toSorted(), sources: Object.keys(output.inputs) };
};

/** What each file needs beside Node.js, and which rooms and packages must not be in it. */
describe.each<[name: string, externals: string[], excludes: RegExp]>([
  [
    'extension',
    ['./gateway.js', './panel.js', 'vscode'],
    /^src\/(server|engine|protocols|backends|storage|images|simulator|cli)\/|node_modules\/(express|ws|zod|vscode-jsonrpc)\//,
  ],
  [
    'gateway',
    ['./tokenizer.js'],
    /^src\/(extension|simulator|cli)\/|^src\/backends\/.*\/process\/|node_modules\/(@jsquash\/webp|omggif|pngjs|gpt-tokenizer|iconv-lite)\//,
  ],
  ['image-converter', [], /^src\/(?!images\/)/],
  [
    'bridge',
    ['@cursor/sdk'],
    /^src\/(extension|server|engine|protocols|simulator|cli|host)\/|node_modules\/(express|zod)\//,
  ],
  ['cli', ['./cli-program.js'], /node_modules|^src\/(?!cli\/)/],
  [
    'cli-program',
    ['./connect.js', './simulator.js', './tokenizer.js'],
    /^src\/(extension|simulator)\/|^src\/backends\/.*\/process\/|node_modules\/iconv-lite\//,
  ],
  ['connect', [], /^src\/(?!connect\/|core\/)/],
  [
    'panel',
    ['./connect.js', 'vscode'],
    /^src\/(server|engine|protocols|backends|storage|images|simulator|cli|webview)\//,
  ],
  ['webview', [], /^src\/(?!webview\/|panel\/|core\/)/],
  ['tokenizer', [], /^src\/(?!engine\/output\/)|node_modules\/(?!gpt-tokenizer\/)/],
  ['simulator', [], /^src\/(extension|server|engine|backends|cli|host)\/|node_modules\/express\//],
])('dist/%s.js', (name, externals, excludes) => {
  test('loads nothing but what is said', () => {
    expect(readBundle(name).externals).toEqual(externals);
  });

  test('holds nothing of other rooms', () => {
    const { sources } = readBundle(name);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((source) => excludes.test(source))).toEqual([]);
  });
});
