// `npm run lock`, after `npm install`: adds to package-lock.json the optional packages of other platforms that the registry in
// use did not have. A mirror may lag behind for some, and `npm ci` refuses a lock file without them. They are added at the
// version that their parent names, without a checksum; npm installs none of them on this platform.
//   node scripts/complete-lock.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const lockFile = path.join(import.meta.dirname, '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(lockFile, 'utf8'));

const SYSTEMS = new Set([
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]);
const PROCESSORS = { armv7: 'arm' };
const KNOWN_PROCESSORS = new Set([
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]);

/** What npm reads from a package of this kind to see whether it fits: its name says it. */
const toPlatform = (name) => {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => SYSTEMS.has(word));
  const cpu = words.map((word) => PROCESSORS[word] ?? word).filter((word) => KNOWN_PROCESSORS.has(word));
  const isMusl = words.some((word) => word.startsWith('musl'));
  const isGlibc = words.some((word) => word.startsWith('gnu'));
  return { os, cpu, ...(os[0] === 'linux' && (isMusl || isGlibc) && { libc: [isMusl ? 'musl' : 'glibc'] }) };
};

/** Whether a package is there for one at `location`, by Node's own resolution. */
const isLocked = (location, name) => {
  for (let folder = location; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
};

const missing = Object.entries(lock.packages).flatMap(([location, { optionalDependencies = {}, dev }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !isLocked(location, name))
    .map(([name, version]) => [
      `node_modules/${name}`,
      { version, optional: true, ...(dev && { dev }), ...toPlatform(name) },
    ]),
);

if (process.argv.includes('--check')) {
  for (const [location] of missing) process.stderr.write(`package-lock.json has no ${location}: run npm run lock\n`);
  process.exitCode = missing.length === 0 ? 0 : 1;
} else if (missing.length > 0) {
  lock.packages = Object.fromEntries(
    Object.entries({ ...lock.packages, ...Object.fromEntries(missing) }).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
}
