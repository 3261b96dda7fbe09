import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

const readLicense = (folder) => {
  const name = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  return name === undefined
    ? 'The package has no file with its licence.'
    : readFileSync(path.join(folder, name), 'utf8').trim();
};

/** The names, versions and licences of the packages that source files of a bundle come from. */
export const collectLicenses = (root, sources) => {
  const folders = new Set(sources.flatMap((source) => PACKAGE_FOLDER.exec(source)?.[0] ?? []));
  return [...folders]
    .map((location) => {
      const folder = path.join(root, location);
      const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      return `${name} ${version} (${license})\n\n${readLicense(folder)}\n`;
    })
    .toSorted()
    .join(`\n${'-'.repeat(80)}\n\n`);
};
