/**
 * What keys and tokens look like, wherever they stand: Portside's, Cursor's, those of other services that a tool may send by
 * mistake, and whatever follows `Bearer` or `Basic`. They look at what anybody may send before it is let in: each matches, or
 * gives up, after a bounded number of characters wherever it begins, so that its work grows as the text does.
 */
export const SECRET_FORMS: readonly RegExp[] = [
  /\bportside_[\w-]{16,}/g,
  /\b(?:crsr|key|sk|pk|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[abprs])[_-][\w-]{12,}/g,
  /\bAIza[\w-]{20,}/g,
  // JSON in Base64URL, as JSON Web Tokens are: three parts, of which the first alone tells too much.
  /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g,
  /(?<=\b(?:Bearer|Basic)\s{1,8})[^\s"',;]+/gi,
];

/** Whether a text holds what looks like a secret. */
export const hasSecretForm = (text: string): boolean => SECRET_FORMS.some((form) => text.search(form) !== -1);

/** So much of a value that a client has chosen is worth keeping. */
const MAX_LENGTH = 200;

const REDACTED = '[redacted]';

const EMAIL = /[^\s@]@[^\s@]+\.[^\s@]/;

/** All but printable ASCII: what terminals obey, what looks as something else, and what ends a line. */
const UNPRINTABLE = /[^\x20-\x7e]/g;

/**
 * A text that a client has chosen, for logs: without what looks like a secret or as somebody's address, in printable ASCII
 * alone, and not too long.
 */
export const redactText = (text: string): string =>
  cut(
    redactSecrets(text)
      .split(/(\s)/)
      .map((word) => (EMAIL.test(word) ? REDACTED : word))
      .join('')
      .replaceAll(UNPRINTABLE, '?'),
  );

/** The name of something of the user's own, in whatever letters, for logs: without what looks like a secret, and not too long. */
export const redactName = (name: string): string => cut(redactSecrets(name).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?'));

/** The path of a request, for logs: without the segments that hold a secret or somebody's address, encoded or not, in printable ASCII alone, and not too long. */
export const redactPath = (path: string): string =>
  path
    .split('/')
    .map((segment) => (isTelling(segment) || isTelling(decode(segment)) ? REDACTED : segment))
    .join('/')
    .replaceAll(/[^\x21-\x7e]/g, toPercent)
    .slice(0, MAX_LENGTH);

// Before it is cut: a part of a secret has no form any more.
const redactSecrets = (text: string): string => SECRET_FORMS.reduce((rest, form) => rest.replace(form, REDACTED), text);

const cut = (text: string): string => (text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);

const isTelling = (segment: string): boolean => hasSecretForm(segment) || EMAIL.test(segment);

/** A byte of a path as the client should have written it. */
const toPercent = (character: string): string => {
  const code = character.charCodeAt(0);
  return code > 0xff ? '%3F' : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
