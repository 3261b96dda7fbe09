/**
 * What keys and tokens look like, wherever they stand: Portside's, Cursor's, those of other services that a tool may send by
 * mistake, and whatever follows `Bearer` or `Basic`.
 */
export const SECRET_FORMS: readonly RegExp[] = [
  /\bportside_[\w-]{16,}/g,
  /\b(?:crsr|key|sk|pk|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[abprs])[_-][\w-]{12,}/g,
  /\bAIza[\w-]{20,}/g,
  // JSON Web Tokens: three parts in Base64URL.
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /(?<=\b(?:Bearer|Basic)\s)[^\s"',;]+/gi,
];

/** Whether a text holds what looks like a secret. */
export const hasSecretForm = (text: string): boolean => SECRET_FORMS.some((form) => text.search(form) !== -1);

/** So much of a value that a client has chosen is worth keeping. */
const MAX_LENGTH = 200;

/** A text that a client has chosen, for logs: without what looks like a secret, and not too long. */
export const redactText = (text: string): string => {
  // Before it is cut: a part of a secret has no form any more.
  const redacted = SECRET_FORMS.reduce((rest, form) => rest.replace(form, '[redacted]'), text);
  return redacted.length > MAX_LENGTH ? `${redacted.slice(0, MAX_LENGTH)}…` : redacted;
};

const EMAIL = /[^\s@]@[^\s@]+\.[^\s@]/;

/** The path of a request, for logs: without the segments that hold a secret or somebody's address, encoded or not, and not too long. */
export const redactPath = (path: string): string =>
  path
    .split('/')
    .map((segment) => (isTelling(segment) || isTelling(decode(segment)) ? '[redacted]' : segment))
    .join('/')
    .slice(0, MAX_LENGTH);

const isTelling = (segment: string): boolean => hasSecretForm(segment) || EMAIL.test(segment);

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
