// Writes the English messages of the sources to l10n/bundle.l10n.json, and says what the translations lack.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toMessageBundle } from './l10n/message-bundle.ts';
import { checkTranslations } from './l10n/check-translations.ts';

const root = path.dirname(import.meta.dirname);
await writeFile(path.join(root, 'l10n/bundle.l10n.json'), await toMessageBundle());
const problems = await checkTranslations(root);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
