import { SECRET_FORMS } from '../../core/secret-forms.ts';

/** What stands for something that is not told. */
export const REDACTED = '[redacted]';

/** Secrets by their form or by what they are called, wherever they stand. */
const SECRETS: readonly RegExp[] = [
  ...SECRET_FORMS,
  /(?<=\b(?:api[_-]?key|token|secret|password|authorization)"?\s*[:=]\s*"?)(?!Bearer\b|Basic\b|\[redacted\])[^\s"',;}]{6,}/gi,
  // Long runs of hex or Base64 tell nobody anything else.
  /\b[0-9a-f]{40,}\b/gi,
];

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

/** Takes secrets out of a text by their form. Pure. */
export const redactSecrets = (text: string): string =>
  SECRETS.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);

/** What is known to be private here. */
export interface PrivateFacts {
  /** Home folders and the like, replaced by `~`. The user's name in them too. */
  readonly folders: readonly string[];
  /** Names of accounts, users, machines: replaced wherever they stand as a word. */
  readonly names: readonly string[];
}

const escapePattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

const toFolderPattern = (folder: string): RegExp =>
  // With either slash, doubled as in JSON, or encoded as in a URL.
  new RegExp(
    folder
      .split(/[\\/]+/)
      .map(escapePattern)
      .join(String.raw`(?:\\\\|[\\/]|%5C|%2F)`),
    'gi',
  );

/** A session has the name that its client gives it. */
const SESSION_NAME = /(?<=\/sessions\/)[^\s"'()?#]+/g;

/** Takes what is private out of a text: secrets, addresses of people, home folders, given names and those of sessions. Pure. */
export const redactPrivate = (text: string, { folders, names }: PrivateFacts): string => {
  const long = (values: readonly string[]): readonly string[] =>
    [...new Set(values)].filter((value) => value.length > 1).toSorted((a, b) => b.length - a.length);
  let rest = redactSecrets(text).replaceAll(EMAIL, REDACTED).replaceAll(SESSION_NAME, REDACTED);
  for (const folder of long(folders)) rest = rest.replaceAll(toFolderPattern(folder), '~');
  for (const name of long(names)) {
    rest = rest.replaceAll(
      new RegExp(String.raw`(?<![\p{L}\p{N}_])${escapePattern(name)}(?![\p{L}\p{N}_])`, 'giu'),
      REDACTED,
    );
  }
  // Folders of other users.
  return rest.replaceAll(/((?:\/home|\/Users|[A-Z]:\\+Users)[\\/]+)[^\\/\s"']+/gi, `$1${REDACTED}`);
};
