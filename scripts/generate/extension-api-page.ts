import { readFile } from 'node:fs/promises';
import path from 'node:path';

const typesFile = path.resolve(import.meta.dirname, '../../src/extension/api/portside-api.ts');

/** Puts the types that other extensions copy into `docs/extension-api.md`; the rest of it is written by hand. */
export const toExtensionApiPage = async (present: string): Promise<string> => {
  const types = await readFile(typesFile, 'utf8');
  return present.replace(/(\n## The types\n.*?\n```ts\n).*?(```\n)/s, (_, before: string, after: string) =>
    [before, types, after].join(''),
  );
};
