import * as z from 'zod';

/** Where the client says nothing, as with Ollama. */
export const DEFAULT_KEEP_MS = 300_000;

/** Ollama takes negative times for ever; a date has to be told all the same. */
const FOREVER_MS = 100 * 365 * 86_400_000;

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const DURATION = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;

/** `keep_alive`: seconds as a number or as digits, or a duration as Go writes it, such as `5m` or `1h30m`. */
export const keepAliveSchema = z
  .union([z.number(), z.string().regex(DURATION), z.string().regex(/^[+-]?\d+(?:\.\d+)?$/), z.literal('')], {
    error: 'expected seconds, or a duration such as "5m"',
  })
  .nullish();

/** How long a model is to be kept after its last use, in milliseconds; `null` where the request does not say. */
export const decodeKeepAlive = (value: z.output<typeof keepAliveSchema>): number | null => {
  if (value === null || value === undefined || value === '') return null;
  const milliseconds = typeof value === 'string' && DURATION.test(value) ? sumUp(value) : Number(value) * 1000;
  return milliseconds < 0 ? FOREVER_MS : Math.min(milliseconds, FOREVER_MS);
};

const sumUp = (duration: string): number => {
  let sum = 0;
  for (const [, amount, unit] of duration.matchAll(/([\d.]+)([a-zµμ]+)/g)) {
    sum += Number(amount) * (MS_PER_UNIT[unit ?? ''] ?? 0);
  }
  return duration.startsWith('-') ? -sum : sum;
};
