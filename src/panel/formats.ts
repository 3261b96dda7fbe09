import type { DailyUsage } from '../core/daily-usage.ts';
import type { Usage } from '../core/usage.ts';

/** Numbers, times and money as people read them in one language. */
export interface Formats {
  /** The time of day with seconds. `at` in milliseconds since 1970. */
  time(at: number): string;
  /** The time of day without seconds. */
  minute(at: number): string;
  /** Date and time of day. */
  dateTime(at: number): string;
  /** Such as `340ms`, `1.2s`, `2m 5s`. */
  duration(durationMs: number): string;
  count(value: number): string;
  /** Such as `1.2K`. */
  compact(value: number): string;
  /** US dollars; small ones with more digits. */
  cost(costUsd: number): string;
}

const toUnits = (locale: string, unit: string, digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: digits });

const toDollars = (locale: string, digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  });

/** Formats for one language, a BCP 47 tag. They are made once: making one costs far more than using it. */
export const createFormats = (locale: string): Formats => {
  const time = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
  const minute = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hour12: false });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const count = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const milliseconds = toUnits(locale, 'millisecond', 0);
  const seconds = toUnits(locale, 'second', 1);
  const wholeSeconds = toUnits(locale, 'second', 0);
  const minutes = toUnits(locale, 'minute', 0);
  const cents = toDollars(locale, 2);
  const partsOfCents = toDollars(locale, 4);
  return {
    time: (at) => time.format(at),
    minute: (at) => minute.format(at),
    dateTime: (at) => dateTime.format(at),
    duration: (durationMs) => {
      if (Math.round(durationMs) < 1_000) return milliseconds.format(Math.round(Math.max(0, durationMs)));
      if (durationMs < 59_950) return seconds.format(durationMs / 1_000);
      const whole = Math.round(durationMs / 1_000);
      return `${minutes.format(Math.floor(whole / 60))} ${wholeSeconds.format(whole % 60)}`;
    },
    count: (value) => count.format(value),
    compact: (value) => compact.format(value),
    cost: (costUsd) => (costUsd > 0 && costUsd < 0.1 ? partsOfCents : cents).format(costUsd),
  };
};

/** What the model read, caches included. */
export const toPromptTokens = (usage: Usage): number =>
  usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;

/** What was read and written on a day. */
export const toDayTokens = (usage: DailyUsage): number => usage.inputTokens + usage.outputTokens;
