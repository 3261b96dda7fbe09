import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** All that is secret by its form: access tokens, Cursor's keys, and the simulator's sessions and access tokens. */
const SECRET = /portside_[\w-]{43}|crsr_\w{6,}|simulator_(?:session|access)_[\w-]{6,}/gu;

/** Files that secrets belong into: ours, and what a test makes: the database of an editor, a `.env`. */
const SECRET_FILES = /^(?:access-token|accounts\.json(?:\.damaged.*)?|tool-tokens\.json|state\.vscdb(?:-wal)?|\.env)$/;

/** The files that tell other Portsides of the same user how to ask this one to make way. */
const isInstanceFile = (file: string): boolean => path.basename(path.dirname(file)) === 'instances';

/** Copies of tools' configuration files that were changed. */
const isBackup = (file: string): boolean => path.basename(path.dirname(file)) === 'connect' && file.endsWith('.backup');

const isSecretFile = (file: string): boolean =>
  SECRET_FILES.test(path.basename(file)) || isInstanceFile(file) || isBackup(file);

/** Every secret in a text, and those of `known` that have no form of their own. */
export const findSecrets = (text: string, known: readonly string[] = []): readonly string[] => [
  ...(text.match(SECRET) ?? []),
  ...known.filter((secret) => secret !== '' && text.includes(secret)),
];

/** Every secret in the files of a folder, as `file: secret`, but for those that secrets belong into. */
export const findSecretsInFiles = (
  folder: string,
  known: readonly string[] = [],
  mayHoldSecrets = isSecretFile,
): readonly string[] =>
  listFiles(folder)
    .filter((file) => !mayHoldSecrets(file))
    .flatMap((file) => findSecrets(read(file), known).map((secret) => `${path.relative(folder, file)}: ${secret}`));

const listFiles = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
  } catch {
    // Most runs write nothing, and some folders go while they are read.
    return [];
  }
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
};
