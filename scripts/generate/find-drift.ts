import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { toMessageBundle } from '../l10n/message-bundle.ts';
import { toCompatibilityPage } from './compatibility-page.ts';
import { toApiPage } from './api-page.ts';
import { toErrorsPage } from './errors-page.ts';
import { toExtensionApiPage } from './extension-api-page.ts';
import { toManifest, toManifestTexts } from './manifest.ts';
import { toReadme } from './readme-compatibility.ts';
import { toOpenApiFile } from './openapi-file.ts';
import { toSettingsPage } from './settings-page.ts';

/** A file whose content is not what the sources say. */
export interface Drift {
  /** Relative to the project's folder. */
  readonly file: string;
  /** What it should hold. */
  readonly content: string;
}

/** Maps the present text of each file that is generated, or holds a generated part, to the text it should have. */
const GENERATORS: Readonly<Record<string, (present: string) => string | Promise<string>>> = {
  'package.json': toManifest,
  'package.nls.json': toManifestTexts,
  'docs/settings.md': toSettingsPage,
  'docs/errors.md': toErrorsPage,
  'docs/openapi.json': toOpenApiFile,
  'docs/api.md': toApiPage,
  'docs/extension-api.md': toExtensionApiPage,
  'docs/compatibility.md': toCompatibilityPage,
  'README.md': toReadme,
  'l10n/bundle.l10n.json': toMessageBundle,
};

/** Lists the files that differ from what they should be; none after a run of the generator. */
export const findDrift = async (root: string): Promise<readonly Drift[]> => {
  for (const folder of ['docs', 'l10n']) await mkdir(path.join(root, folder), { recursive: true });
  const files = await Promise.all(
    Object.entries(GENERATORS).map(async ([file, generate]) => {
      const present = await readFile(path.join(root, file), 'utf8').catch(() => '');
      return { file, present, content: await generate(present) };
    }),
  );
  return files.filter(({ present, content }) => present !== content).map(({ file, content }) => ({ file, content }));
};
