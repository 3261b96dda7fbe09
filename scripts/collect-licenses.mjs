import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Packages whose licence, or that of something compiled into them, stands in other files than the usual one. */
const LICENSE_FILES = {
  '@jsquash/webp': ['LICENSE', 'codec/LICENSE.codec.md'],
  omggif: ['omggif.js'],
  redoc: ['LICENSE', 'bundles/redoc.standalone.js.LICENSE.txt'],
  'swagger-ui-dist': ['NOTICE', 'LICENSE', 'swagger-ui-bundle.js.LICENSE.txt'],
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

/** The names, versions and licences of the packages that source files of a bundle come from. */
export const collectLicenses = (root, sources) => {
  const folders = new Set(sources.flatMap((source) => PACKAGE_FOLDER.exec(source)?.[0] ?? []));
  return [...folders]
    .map((location) => {
      const folder = path.join(root, location);
      const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      return `${name} ${version} (${license})\n\n${readLicense(folder, name)}\n`;
    })
    .toSorted()
    .join(`\n${'-'.repeat(80)}\n\n`);
};
