import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import JSZip from 'jszip';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { vsixPath } from './support/vsix-path.ts';

const rootFolder = path.resolve(import.meta.dirname, '../..');
const target = `${process.platform}-${process.arch}`;

/** What the VSIX holds, by its path within the extension. */
let files: ReadonlyMap<string, { readonly content: Buffer; readonly mode: number }> = new Map();
let vsixManifest = '';

beforeAll(async () => {
  const zip = await JSZip.loadAsync(readFileSync(vsixPath()));
  const entries = Object.values(zip.files).filter((entry) => !entry.dir && entry.name.startsWith('extension/'));
  files = new Map(
    await Promise.all(
      entries.map(async (entry) => {
        const content = await entry.async('nodebuffer');
        return [entry.name.slice('extension/'.length), { content, mode: Number(entry.unixPermissions ?? 0) }] as const;
      }),
    ),
  );
  vsixManifest = (await zip.file('extension.vsixmanifest')?.async('string')) ?? '';
});

const packagesIn = (names: Iterable<string>): readonly string[] => {
  const found = new Set<string>();
  for (const name of names) {
    const [location] =
      /^(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(name) ?? [];
    if (location !== undefined) found.add(location);
  }
  return [...found].toSorted();
};

/** What the pages of the server are made of. */
const DOCUMENTS = [
  'dist/documents/docs.css.br',
  'dist/documents/docs.html.br',
  'dist/documents/docs.js.br',
  'dist/documents/icon.svg.br',
  'dist/documents/index.css.br',
  'dist/documents/openapi.json.br',
  'dist/documents/redoc-page.js.br',
  'dist/documents/redoc.css.br',
  'dist/documents/redoc.html.br',
  'dist/documents/redoc.js.br',
  'dist/documents/swagger-ui.css.br',
  'dist/documents/swagger-ui.js.br',
];

const digest = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** The packager writes some names in small letters. */
const normal = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase()).toSorted();

test('holds the extension, what people read, and nothing else of the repository', () => {
  const own = [...files.keys()].filter((name) => !name.startsWith('node_modules/') && !/^(media|docs)\//.test(name));
  const expected = [
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE.txt',
    'NOTICE.md',
    'README.md',
    'SECURITY.md',
    'dist/THIRD-PARTY-LICENSES.txt',
    'dist/bridge.js',
    'dist/codicon.ttf',
    'dist/connect.js',
    ...DOCUMENTS,
    'dist/extension.js',
    'dist/gateway.js',
    'dist/image-converter.js',
    'dist/panel.js',
    'dist/tokenizer.js',
    'dist/webview.css',
    'dist/webview.js',
    'l10n/bundle.l10n.json',
    'l10n/bundle.l10n.zh-cn.json',
    'package.json',
    'package.nls.json',
    'package.nls.zh-cn.json',
  ];
  expect(normal(own)).toEqual(normal(expected));
  expect([...files.keys()].filter((name) => /(^|\/)\.env/.test(name))).toEqual([]);
});

test.each(['@cursor/sdk', `@cursor/sdk-${target}`])('holds %s byte for byte as it was published', (name) => {
  const folder = path.join(rootFolder, 'node_modules', name);
  const published = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(rootFolder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
  expect(published.length).toBeGreaterThan(5);
  const packed = [...files.keys()].filter((file) => file.startsWith(`node_modules/${name}/`));
  expect(packed.toSorted()).toEqual(published.toSorted());
  const changed = published.filter(
    (file) => digest(files.get(file)?.content ?? Buffer.alloc(0)) !== digest(readFileSync(path.join(rootFolder, file))),
  );
  expect(changed).toEqual([]);
});

test('holds the production dependencies at their locked versions, for this platform alone', () => {
  const lockSchema = z.object({
    packages: z.record(z.string(), z.object({ version: z.string().optional(), dev: z.boolean().optional() })),
  });
  const lock = lockSchema.parse(JSON.parse(readFileSync(path.join(rootFolder, 'package-lock.json'), 'utf8')));
  const locations = packagesIn(files.keys());
  const versions = Object.fromEntries(
    locations.map((location) => {
      const manifest: unknown = JSON.parse(files.get(`${location}/package.json`)?.content.toString('utf8') ?? '{}');
      return [location, z.object({ version: z.string() }).parse(manifest).version];
    }),
  );
  expect(versions).toEqual(
    Object.fromEntries(locations.map((location) => [location, lock.packages[location]?.version])),
  );
  expect(locations.filter((location) => lock.packages[location]?.dev === true)).toEqual([]);
  expect(locations.filter((location) => /@cursor\/sdk-|\/node-/.test(location))).toEqual([
    `node_modules/@cursor/sdk-${target}`,
  ]);
  expect(vsixManifest).toContain(`TargetPlatform="${target}"`);
});

test('is small enough, and so is what runs when the editor starts', () => {
  expect(statSync(vsixPath()).size).toBeLessThanOrEqual(16_000_000);
  expect(files.get('dist/extension.js')?.content.byteLength).toBeLessThanOrEqual(300_000);
});

test.skipIf(process.platform === 'win32')('keeps programs executable', () => {
  const programs = [...files].filter(([name]) => name.startsWith(`node_modules/@cursor/sdk-${target}/bin/`));
  expect(programs.length).toBeGreaterThan(0);
  for (const [name, { mode }] of programs) expect(mode & 0o111, name).not.toBe(0);
});

test('names only files that it holds', () => {
  const manifest: unknown = JSON.parse(files.get('package.json')?.content.toString('utf8') ?? '');
  const { main, icon, l10n, contributes, scripts, devDependencies } = z
    .object({
      main: z.string(),
      icon: z.string(),
      l10n: z.string(),
      contributes: z.object({
        walkthroughs: z.array(z.object({ steps: z.array(z.object({ media: z.object({ svg: z.string() }) })) })),
      }),
      scripts: z.unknown().optional(),
      devDependencies: z.unknown().optional(),
    })
    .parse(manifest);
  const pictures = contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg));
  const named = [main, icon, `${l10n}/bundle.l10n.json`, ...pictures].map((name) => path.posix.normalize(name));
  expect(named.filter((name) => !files.has(name))).toEqual([]);
  expect([scripts, devDependencies]).toEqual([undefined, undefined]);
  expect(existsSync(path.join(rootFolder, icon))).toBe(true);
});

test.each([
  { asked: ['--target', 'plan9-x64'], said: 'The Cursor SDK does not run on plan9-x64.' },
  { asked: ['--colour'], said: "Unknown option '--colour'" },
])('says in words why $asked makes no package', ({ asked, said }) => {
  const script = path.join(rootFolder, 'scripts/package.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, ...asked], { encoding: 'utf8', timeout: 10_000 });
  expect(status).toBe(1);
  expect(stderr).toContain(said);
  expect(stderr).toContain('Usage: npm run package');
  expect(stderr).not.toMatch(/^ +at /m);
});

/** As GitHub and the editor name the places of a document. */
const headingsOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );

test('has everything that its README links to', () => {
  const texts = new Map([...files].map(([name, { content }]) => [name.toLowerCase(), content.toString()]));
  const readme = texts.get('readme.md') ?? '';
  const links = [...readme.matchAll(/\]\(([^):]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(5);
  const isThere = (link: string): boolean => {
    const [name = '', heading] = link.toLowerCase().split('#');
    const text = name === '' ? readme : texts.get(name);
    return text !== undefined && (heading === undefined || headingsOf(text).includes(heading));
  };
  expect(links.filter((link) => !isThere(link))).toEqual([]);
});
