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
