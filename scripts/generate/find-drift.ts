import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { toErrorsPage } from './errors-page.ts';
import { toManifest, toManifestTexts } from './manifest.ts';
import { toSettingsPage } from './settings-page.ts';

/** A file whose content is not what the sources say. */
export interface Drift {
  /** Relative to the project's folder. */
  readonly file: string;
  /** What it should hold. */
  readonly content: string;
}

/** Maps the present text of each file that is generated, or holds a generated part, to the text it should have. */
const GENERATORS: Readonly<Record<string, (present: string) => string>> = {
  'package.json': toManifest,
  'package.nls.json': toManifestTexts,
  'docs/settings.md': toSettingsPage,
  'docs/errors.md': toErrorsPage,
};

/** Lists the files that differ from what they should be; none after a run of the generator. */
export const findDrift = async (root: string): Promise<readonly Drift[]> => {
  await mkdir(path.join(root, 'docs'), { recursive: true });
  const files = await Promise.all(
    Object.entries(GENERATORS).map(async ([file, generate]) => {
      const present = await readFile(path.join(root, file), 'utf8').catch(() => '');
      return { file, present, content: generate(present) };
    }),
  );
  return files.filter(({ present, content }) => present !== content).map(({ file, content }) => ({ file, content }));
};
