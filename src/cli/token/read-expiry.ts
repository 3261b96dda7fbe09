import * as z from 'zod';
import { UsageError } from '../usage-error.ts';

const UNIT_MS = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const momentSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })]);

/**
 * When a token is to expire, in milliseconds since 1970: `12h`, `30d` or `4w` from now, or a date of ISO 8601 (a day alone means
 * its beginning in UTC).
 *
 * @throws UsageError where it is neither
 */
export const readExpiry = (text: string, now: number): number => {
  const duration = /^([1-9]\d{0,4})([hdw])$/.exec(text);
  const unit = z.enum(['h', 'd', 'w']).safeParse(duration?.[2]);
  if (unit.success) return now + Number(duration?.[1]) * UNIT_MS[unit.data];
  const moment = momentSchema.safeParse(text);
  if (moment.success) return Date.parse(moment.data);
  throw new UsageError(`--expires takes a time such as 12h, 30d or 4w, or a date such as 2030-12-31, not "${text}".`);
};
