// Writes everything that is derived from the settings schema, the error table and the messages of the sources. With
// `--check` it writes nothing, and ends with 1 where a file is not what it should be, or a translation does not fit.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkTranslations } from './l10n/check-translations.ts';
import { findDrift } from './generate/find-drift.ts';

const root = path.dirname(import.meta.dirname);
const drift = await findDrift(root);

if (process.argv.includes('--check')) {
  for (const { file } of drift) {
    process.stderr.write(`${file} is out of date: run \`npm run generate\`.\n`);
  }
  const problems = await checkTranslations(root);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = drift.length + problems.length === 0 ? 0 : 1;
} else {
  for (const { file, content } of drift) {
    await writeFile(path.join(root, file), content);
    process.stdout.write(`wrote ${file}\n`);
  }
}
