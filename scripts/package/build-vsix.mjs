import { constants, existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compressTightly } from './compress-tightly.mjs';
import { PackagingError } from './packaging-error.mjs';
import { runProcess } from './run-process.mjs';
import { stageDependencies } from './stage-dependencies.mjs';

/** Without these there is no extension, or none that may be given away. */
const requiredBuilt = [
  'extension.js',
  'gateway.js',
  'bridge.js',
  'image-converter.js',
  'tokenizer.js',
  'connect.js',
  'panel.js',
  'webview.js',
  'webview.css',
  'codicon.ttf',
  'documents',
  'THIRD-PARTY-LICENSES.txt',
];
const required = ['README.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE.md', 'package.nls.json', 'l10n/bundle.l10n.json'];
/** What the README links to, so that it reads the same in the editor. */
const documents = ['SECURITY.md', 'CONTRIBUTING.md', 'docs'];
const optional = ['l10n', 'media', ...documents];

const isManifestTranslation = (name) => /^package\.nls\.[\w-]+\.json$/.test(name);

const readManifest = async (folder) => JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));

const missingFrom = (folder, names) => names.filter((name) => !existsSync(path.join(folder, name)));

/** What of package.json belongs to the repository and not to the extension. `files` and .vscodeignore exclude each other. */
const repositoryFields = ['bin', 'devDependencies', 'files', 'optionalDependencies', 'private', 'scripts'];

/** The CLI rather than the API: the API writes to the console of the process that calls it. */
const vsce = fileURLToPath(new URL('../vsce', import.meta.resolve('@vscode/vsce')));

const packagingArguments = (rootFolder) => [
  '--ignoreFile',
  path.join(rootFolder, '.vscodeignore'),
  '--no-yarn',
  '--allow-missing-repository',
  // Links stay as they are written: no address of the repository is known to make them absolute with.
  '--no-rewrite-relative-links',
];

/**
 * Makes `dist/portside-<version>-<target>.vsix` from the bundles in `builtFolder`.
 * @returns {Promise<{ file: string, sizeBytes: number }>}
 * @throws {PackagingError}
 */
export const buildVsix = async ({ rootFolder, builtFolder, target, log }) => {
  const missing = [
    ...missingFrom(builtFolder, requiredBuilt).map((name) => `dist/${name} (not made by the build)`),
    ...missingFrom(rootFolder, required),
  ];
  if (missing.length > 0) throw new PackagingError(`A package needs what is not there: ${missing.join(', ')}.`);
  const dependencies = await stageDependencies({ rootFolder, target, log });
  const staging = await mkdtemp(path.join(os.tmpdir(), 'portside-package-'));
  try {
    const manifest = await readManifest(rootFolder);
    for (const field of repositoryFields) delete manifest[field];
    // vsce asks npm which packages belong in, and npm must find each at a version that is allowed.
    manifest.overrides = (await readManifest(dependencies)).overrides;
    for (const [name, version] of Object.entries(manifest.overrides ?? {})) {
      log(`${name} is ${version}, as the npm registry in use has none at the SDK's version.`);
    }
    await writeFile(path.join(staging, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const name of requiredBuilt) {
      await cp(path.join(builtFolder, name), path.join(staging, 'dist', name), { recursive: true });
    }
    const translations = (await readdir(rootFolder)).filter(isManifestTranslation);
    for (const name of [...required, ...translations, ...optional]) {
      if (existsSync(path.join(rootFolder, name))) {
        await cp(path.join(rootFolder, name), path.join(staging, name), { recursive: true });
      }
    }
    await cp(path.join(dependencies, 'node_modules'), path.join(staging, 'node_modules'), {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
    });
    const made = path.join(staging, 'made.vsix');
    await runProcess(
      'vsce made no package',
      process.execPath,
      [vsce, 'package', '--target', target, '--out', made, ...packagingArguments(rootFolder)],
      { cwd: staging },
    );
    await compressTightly(made);
    const file = path.join(rootFolder, 'dist', `${manifest.name}-${manifest.version}-${target}.vsix`);
    await mkdir(path.dirname(file), { recursive: true });
    // In two steps, so that nobody finds half a package; the temporary folder may be on another disk.
    await cp(made, `${file}.part`);
    await rename(`${file}.part`, file);
    return { file, sizeBytes: (await stat(file)).size };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
};
