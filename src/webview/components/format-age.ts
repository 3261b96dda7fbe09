const STEPS = [
  { unit: 'second', limitMs: 60_000, sizeMs: 1_000 },
  { unit: 'minute', limitMs: 3_600_000, sizeMs: 60_000 },
  { unit: 'hour', limitMs: 86_400_000, sizeMs: 3_600_000 },
  { unit: 'day', limitMs: 30 * 86_400_000, sizeMs: 86_400_000 },
  { unit: 'month', limitMs: 365 * 86_400_000, sizeMs: 30 * 86_400_000 },
  { unit: 'year', limitMs: Number.POSITIVE_INFINITY, sizeMs: 365 * 86_400_000 },
] as const;

/**
 * How long ago something was, or how far ahead it is, such as `3 min. ago` or `in 5 days`, in the user's language. `at` and
 * `now` in milliseconds since 1970.
 */
export const formatAge = (at: number, now: number, locale: string): string => {
  const differenceMs = at - now;
  const lengthMs = Math.abs(differenceMs);
  const step = STEPS.find(({ limitMs }) => lengthMs < limitMs) ?? STEPS[5];
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  return format.format(Math.trunc(differenceMs / step.sizeMs) || 0, step.unit);
};
