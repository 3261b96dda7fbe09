import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PackagingError } from './packaging-error.mjs';
import { findPlatformVersion } from './platform-version.mjs';
import { productionLock } from './production-lock.mjs';
import { runNpm } from './run-npm.mjs';
import { platformPackage, targets } from './targets.mjs';

const cacheFolder = () =>
  path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'portside', 'package');

const installArguments = [
  '--omit=dev',
  '--include=optional',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--loglevel=error',
];

const unusedMs = 30 * 24 * 3_600_000;

/** Removes what no packaging has used for long: lock files change, and each leaves 50 MB. */
const removeUnused = async () => {
  for (const name of await readdir(cacheFolder())) {
    const folder = path.join(cacheFolder(), name);
    if (Date.now() - (await stat(folder)).mtimeMs > unusedMs) await rm(folder, { recursive: true, force: true });
  }
};

const readJson = async (file) => JSON.parse(await readFile(file, 'utf8'));

/** Versions and integrity of what npm installed, by location, from the record that it keeps in node_modules. */
const readInstalled = async (folder) =>
  (await readJson(path.join(folder, 'node_modules', '.package-lock.json'))).packages;

const checkInstalled = (installed, lock, target) => {
  const wanted = `node_modules/${platformPackage(target)}`;
  const sdk = installed['node_modules/@cursor/sdk'];
  if (sdk === undefined) throw new PackagingError('npm installed no @cursor/sdk.');
  if (installed[wanted] === undefined) throw new PackagingError(`npm installed no ${platformPackage(target)}.`);
  for (const [location, { version, integrity }] of Object.entries(installed)) {
    const locked = lock.packages[location];
    if (locked === undefined && location !== wanted) {
      throw new PackagingError(`${location} ${version} does not belong into a package for ${target}.`);
    }
    if (locked !== undefined && (locked.version !== version || locked.integrity !== integrity)) {
      throw new PackagingError(
        `${location} is ${version} (${integrity}), not ${locked.version} as package-lock.json says.`,
      );
    }
  }
};

/** Runs npm for another platform than this one, perhaps. */
const install = async (folder, { name, version, dependencies }, target, overrides) => {
  const manifest = { name, version, private: true, dependencies, overrides };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  const { os: platform, cpu } = targets[target];
  // `install`, since the lock file may lack the packages of other platforms than the one it was written on. What comes is
  // checked afterwards.
  await runNpm(['install', `--os=${platform}`, `--cpu=${cpu}`, ...installArguments], folder);
};

/**
 * Installs the `dependencies` for `target` into a cache folder, once per lock file, and checks them against the lock.
 * @returns {Promise<string>} a folder with `package.json` and `node_modules`; not to be changed
 * @throws {PackagingError}
 */
export const stageDependencies = async ({ rootFolder, target, log }) => {
  const manifest = await readJson(path.join(rootFolder, 'package.json'));
  const lock = productionLock(manifest, await readJson(path.join(rootFolder, 'package-lock.json')));
  const lockText = JSON.stringify(lock, null, 2);
  const key = createHash('sha256').update(`4 ${target} ${lockText}`).digest('hex').slice(0, 16);
  const folder = path.join(cacheFolder(), `${target}-${key}`);
  if (existsSync(folder)) {
    const now = new Date();
    await utimes(folder, now, now);
    return folder;
  }

  log(`Fetching the Cursor SDK for ${target} …`);
  await mkdir(cacheFolder(), { recursive: true });
  await removeUnused();
  const staging = await mkdtemp(path.join(cacheFolder(), 'staging-'));
  try {
    await writeFile(path.join(staging, 'package-lock.json'), lockText);
    await install(staging, manifest, target);
    if ((await readInstalled(staging))[`node_modules/${platformPackage(target)}`] === undefined) {
      const version = await findPlatformVersion(target, lock.packages['node_modules/@cursor/sdk'].version);
      await install(staging, manifest, target, { [platformPackage(target)]: version });
    }
    checkInstalled(await readInstalled(staging), lock, target);
    await rename(staging, folder).catch(async (error) => {
      // Another packaging of the same was faster.
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
};
