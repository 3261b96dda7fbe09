import type { Localizer } from '../../core/localizer.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The lifetimes that are offered for a token. Pure. */
export const toExpiryChoices = (
  now: number,
  l10n: Localizer,
): readonly { readonly label: string; readonly expiresAt: number }[] => [
  { label: l10n.t('1 day'), expiresAt: now + DAY_MS },
  { label: l10n.t('7 days'), expiresAt: now + 7 * DAY_MS },
  { label: l10n.t('30 days'), expiresAt: now + 30 * DAY_MS },
  { label: l10n.t('90 days'), expiresAt: now + 90 * DAY_MS },
  { label: l10n.t('1 year'), expiresAt: now + 365 * DAY_MS },
];

/** Reads the ids of models, by commas or blanks. Pure. */
export const parseModels = (input: string): readonly string[] => [
  ...new Set(input.split(/[\s,]+/).filter((model) => model !== '')),
];

/** Reads a number of requests per minute; `null` where it is none. Pure. */
export const parseRequestsPerMinute = (input: string): number | null => {
  const text = input.trim();
  return /^\d{1,6}$/.test(text) && Number(text) > 0 ? Number(text) : null;
};
