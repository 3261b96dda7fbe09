import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** The name of the innermost package that a path leads through. */
const PACKAGE_NAME = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/;

/** Packages whose licence, or that of something compiled into them, stands in other files than the usual one. */
const LICENSE_FILES = {
  '@jsquash/webp': ['LICENSE', 'codec/LICENSE.codec.md'],
  omggif: ['omggif.js'],
  redoc: ['LICENSE', 'bundles/redoc.standalone.js.LICENSE.txt'],
  'swagger-ui-dist': ['NOTICE', 'LICENSE', 'swagger-ui-bundle.js.LICENSE.txt'],
};

/** The source maps of packages that are bundles themselves: they tell which packages are compiled into what is used here. */
const BUNDLE_MAPS = {
  redoc: /^bundles\/(?:redoc\.standalone|.*\.worker)\.js\.map$/,
  'swagger-ui-dist': /^swagger-ui-bundle\.js\.map$/,
};

/** The licence in a file; of source code, the comment that it begins with. */
const readLicenseFile = (file) => {
  const text = readFileSync(file, 'utf8').trim();
  return file.endsWith('.js')
    ? (/^(?:\/\/.*\n)+/
        .exec(text)?.[0]
        .replaceAll(/^\/\/ ?/gm, '')
        .trim() ?? '')
    : text;
};

const readLicense = (folder, packageName) => {
  const names =
    LICENSE_FILES[packageName] ??
    readdirSync(folder)
      .filter((file) => /^licen[cs]e/i.test(file))
      .slice(0, 1);
  return names.length === 0
    ? 'The package has no file with its licence.'
    : names.map((name) => readLicenseFile(path.join(folder, name))).join('\n\n');
};

const readManifest = (folder) => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

/** The names of the packages that are compiled into one that is a bundle itself. */
const findCompiled = (folder, packageName) => {
  const pattern = BUNDLE_MAPS[packageName];
  if (pattern === undefined) return [];
  const maps = readdirSync(folder, { recursive: true }).filter((file) => pattern.test(file.replaceAll('\\', '/')));
  const sources = maps.flatMap((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')).sources);
  const names = new Set(sources.flatMap((source) => PACKAGE_NAME.exec(source)?.[1] ?? []));
  if (names.size === 0) throw new Error(`${packageName} does not tell any more what is compiled into it.`);
  return [...names].toSorted();
};

/** Of a package that is compiled into another one: its licence where it is installed too, in whatever version. */
const describeCompiled = (root, folder, name) => {
  const installed = [path.join(folder, 'node_modules', name), path.join(root, 'node_modules', name)].find((each) =>
    existsSync(path.join(each, 'package.json')),
  );
  return installed === undefined
    ? `${name}\n\nIts licence: https://www.npmjs.com/package/${name}`
    : `${name}${toNote(readManifest(installed).license)}\n\n${readLicense(installed, name)}`;
};

const toNote = (license) => (license === undefined ? '' : ` (${license})`);

/** A package and all that is compiled into it. */
const describePackage = (root, location) => {
  const folder = path.join(root, location);
  const { name, version, license } = readManifest(folder);
  const compiled = findCompiled(folder, name).map(
    (each) => `${name} ${version} contains ${describeCompiled(root, folder, each)}\n`,
  );
  return [`${name} ${version} (${license})\n\n${readLicense(folder, name)}\n`].concat(compiled);
};

/** The names, versions and licences of the packages that source files of a bundle come from, and of those that are compiled into them. */
export const collectLicenses = (root, sources) => {
  const folders = new Set(sources.flatMap((source) => PACKAGE_FOLDER.exec(source)?.[0] ?? []));
  const texts = [...folders].flatMap((location) => describePackage(root, location));
  return texts.toSorted((one, other) => (one < other ? -1 : 1)).join(`\n${'-'.repeat(80)}\n\n`);
};
