import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { compareTranslation, type Texts } from './compare-translation.ts';

/** A file of English texts, and what its translations are called. */
const ORIGINALS = [
  { folder: 'l10n', original: 'bundle.l10n.json', translation: /^bundle\.l10n\.[\w-]+\.json$/ },
  { folder: '.', original: 'package.nls.json', translation: /^package\.nls\.[\w-]+\.json$/ },
];

const textsSchema = z.record(z.string(), z.string());

const readTexts = async (file: string): Promise<Texts> => textsSchema.parse(JSON.parse(await readFile(file, 'utf8')));

/** What is wrong with the translations of a project, one line each with the file; empty where nothing is. */
export const checkTranslations = async (root: string): Promise<readonly string[]> => {
  const problems = await Promise.all(
    ORIGINALS.map(async ({ folder, original, translation }) => {
      const english = await readTexts(path.join(root, folder, original));
      const files = (await readdir(path.join(root, folder))).filter((name) => translation.test(name));
      const found = await Promise.all(
        files.map(async (name) => {
          const file = path.join(folder, name);
          return compareTranslation(english, await readTexts(path.join(root, file))).map(
            (problem) => `${file}: ${problem}`,
          );
        }),
      );
      return found.flat();
    }),
  );
  return problems.flat();
};
