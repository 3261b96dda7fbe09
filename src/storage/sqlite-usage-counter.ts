import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { DailyUsage, UsageCounter } from '../core/daily-usage.ts';
import type { Logger } from '../core/logger.ts';
import { toFirstKeptDay, toLocalDay } from './local-day.ts';
import { prepareDatabase } from './prepare-database.ts';
import { transact } from './transact.ts';
import { addDailyUsage, createUsageTally, NO_USAGE } from './usage-tally.ts';

const SCHEMA = `
  CREATE TABLE daily_usage (
    day TEXT NOT NULL,
    model TEXT NOT NULL,
    requests INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    PRIMARY KEY (day, model)
  ) STRICT, WITHOUT ROWID;
`;

const daySchema: z.ZodType<DailyUsage> = z.object({
  requests: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
});

/** How long what was counted may wait to be written together with what follows. */
const GATHER_MS = 1000;

/**
 * Counts in a database that is open already; `close` closes it.
 *
 * What cannot be written is kept in memory, counts in what is read, and is written when the disk takes it again.
 *
 * @throws Error as {@link prepareDatabase} does
 */
export const createSqliteUsageCounter = (database: DatabaseSync, logger: Logger): UsageCounter => {
  prepareDatabase(database, [SCHEMA]);

  const add = database.prepare(`
    INSERT INTO daily_usage VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (day, model) DO UPDATE SET
      requests = requests + excluded.requests,
      input_tokens = input_tokens + excluded.input_tokens,
      output_tokens = output_tokens + excluded.output_tokens,
      cost_usd = cost_usd + excluded.cost_usd`);
  const drop = database.prepare('DELETE FROM daily_usage WHERE day < ?');
  const readDay = database.prepare(`
    SELECT
      coalesce(sum(requests), 0) AS requests, coalesce(sum(input_tokens), 0) AS inputTokens,
      coalesce(sum(output_tokens), 0) AS outputTokens, coalesce(sum(cost_usd), 0) AS costUsd
    FROM daily_usage WHERE day = ?`);
  const unwritten = createUsageTally();
  let firstKeptDay = '';
  let droppedBefore = '';
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  let hasWarned = false;

  /** Gives back `fallback` where the disk fails. */
  const attempt = <T>(work: () => T, fallback: T): T => {
    try {
      return work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!hasWarned) logger.warn(`What is used per day is counted in memory only: it cannot be stored (${reason}).`);
      hasWarned = true;
      return fallback;
    }
  };
  const write = (): void =>
    transact(database, () => {
      for (const { day, model, requests, inputTokens, outputTokens, costUsd } of unwritten.entries) {
        add.run(day, model, requests, inputTokens, outputTokens, costUsd);
      }
      if (firstKeptDay !== droppedBefore) drop.run(firstKeptDay);
    });
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (isClosed || unwritten.entries.length === 0) return;
    attempt(() => {
      write();
      droppedBefore = firstKeptDay;
      unwritten.clear();
    }, undefined);
  };

  return {
    add(request, at) {
      unwritten.add(request, toLocalDay(at));
      firstKeptDay = toFirstKeptDay(at);
      unwritten.dropBefore(firstKeptDay);
      if (!isClosed) timer ??= setTimeout(flush, GATHER_MS).unref();
    },
    readDay(at) {
      const day = toLocalDay(at);
      const written = isClosed ? NO_USAGE : attempt(() => daySchema.parse(readDay.get(day)), NO_USAGE);
      return addDailyUsage(written, unwritten.sum(day));
    },
    close() {
      if (isClosed) return;
      flush();
      isClosed = true;
      attempt(() => database.close(), undefined);
    },
  };
};
