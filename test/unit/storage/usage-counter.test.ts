import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CountedRequest, DailyUsage, UsageCounter } from '../../../src/core/daily-usage.ts';
import { createMemoryUsageCounter } from '../../../src/storage/memory-usage-counter.ts';
import { openUsageCounter } from '../../../src/storage/open-usage-counter.ts';
import { createSqliteUsageCounter } from '../../../src/storage/sqlite-usage-counter.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

/** By the calendar of this machine, whatever its zone; days of a clock change are among those that follow. */
const at = (day: number, hour = 12, minute = 0): number => new Date(2026, 2, day, hour, minute).getTime();

const request = (inputTokens: number, outputTokens: number, costUsd: number | null = null, model = 'm') =>
  ({
    model,
    usage: { inputTokens, outputTokens, cacheReadTokens: 100, cacheWriteTokens: 1000, reasoningTokens: outputTokens },
    costUsd,
  }) satisfies CountedRequest;
const UNKNOWN: CountedRequest = { model: 'm', usage: null, costUsd: null };
const total = (requests: number, inputTokens = 0, outputTokens = 0, costUsd = 0): DailyUsage => ({
  requests,
  inputTokens,
  outputTokens,
  costUsd,
});

const open = (file: string) => {
  const logger = createMemoryLogger();
  const counter = openUsageCounter(file, logger);
  return { counter, logger, [Symbol.dispose]: () => counter.close() };
};

beforeEach(() => {
  vi.useFakeTimers({ now: at(1) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(['memory', 'SQLite'])('usage in %s', (kind) => {
  const create = () => {
    const folder = createTemporaryFolder();
    const logger = createMemoryLogger();
    const counter =
      kind === 'memory' ? createMemoryUsageCounter() : openUsageCounter(folder.join('made', 'usage.db'), logger);
    const dispose = () => {
      counter.close();
      folder.remove();
      expect(logger.lines).toEqual([]);
    };
    return { counter, [Symbol.dispose]: dispose };
  };

  test.each<[name: string, added: readonly (readonly [CountedRequest, number])[], day: number, sum: DailyUsage]>([
    ['nothing', [], at(1), total(0)],
    ['what models read, caches included', [[request(10, 5, 0.5), at(1)]], at(1), total(1, 1110, 5, 0.5)],
    [
      'several requests',
      [
        [request(10, 5, 0.5), at(1)],
        [request(1, 2, 0.25), at(1)],
      ],
      at(1),
      total(2, 2211, 7, 0.75),
    ],
    [
      'all models',
      [
        [request(10, 5, 0.5), at(1)],
        [request(1, 2, 0.25, 'other'), at(1)],
      ],
      at(1),
      total(2, 2211, 7, 0.75),
    ],
    ['requests of which nothing is known', [[UNKNOWN, at(1)]], at(1), total(1)],
    ['those without a price', [[request(10, 5), at(1)]], at(1), total(1, 1110, 5)],
    [
      'from midnight',
      [
        [UNKNOWN, at(1, 23, 59)],
        [request(10, 5), at(2, 0, 0)],
      ],
      at(2, 15),
      total(1, 1110, 5),
    ],
    [
      'to midnight',
      [
        [request(10, 5), at(1, 23, 59)],
        [UNKNOWN, at(2, 0, 0)],
      ],
      at(1, 15),
      total(1, 1110, 5),
    ],
  ])('a day has %s', (_name, added, day, sum) => {
    using created = create();
    const { counter } = created;
    for (const [counted, time] of added) counter.add(counted, time);
    expect(counter.readDay(day)).toEqual(sum);
    // Reading adds nothing.
    expect(counter.readDay(day)).toEqual(sum);
  });

  test('days are dropped when they are older than 90', () => {
    using created = create();
    const { counter } = created;
    const requestsOn = (...days: readonly number[]) => days.map((day) => counter.readDay(at(day)).requests);
    for (const day of [1, 2, 3]) counter.add(UNKNOWN, at(day, 1));
    expect(requestsOn(1, 2, 3)).toEqual([1, 1, 1]);
    counter.add(UNKNOWN, at(91, 23));
    expect(requestsOn(1, 2, 3)).toEqual([1, 1, 1]);
    counter.add(UNKNOWN, at(92, 0));
    expect(requestsOn(1, 2, 3)).toEqual([0, 1, 1]);
    counter.add(UNKNOWN, at(93, 23));
    expect(requestsOn(1, 2, 3, 91, 92, 93)).toEqual([0, 0, 1, 1, 1, 1]);
  });
});

describe('a file', () => {
  test('outlives the process, for its owner alone', () => {
    using folder = createTemporaryFolder();
    const file = folder.join('state', 'usage.db');
    for (const requests of [1, 2]) {
      using opened = open(file);
      opened.counter.add(request(10, 5, 0.5), at(1));
      for (const name of readdirSync(path.dirname(file))) {
        expect(statSync(path.join(path.dirname(file), name)).mode & 0o777).toBe(0o600);
      }
      expect(opened.counter.readDay(at(1)).requests).toBe(requests);
    }
    using opened = open(file);
    expect([opened.counter.readDay(at(1)), opened.logger.lines]).toEqual([total(2, 2220, 10, 1), []]);
  });

  test('is written within a second, and at the end', () => {
    using folder = createTemporaryFolder();
    const file = folder.join('usage.db');
    using reader = open(file);
    const count = () => reader.counter.readDay(at(1)).requests;
    using writer = open(file);
    writer.counter.add(UNKNOWN, at(1));
    vi.advanceTimersByTime(900);
    writer.counter.add(UNKNOWN, at(1));
    expect(count()).toBe(0);
    vi.advanceTimersByTime(100);
    expect(count()).toBe(2);
    writer.counter.add(UNKNOWN, at(1));
    writer.counter.close();
    expect(count()).toBe(3);
  });

  test('takes what several processes count', () => {
    using folder = createTemporaryFolder();
    const file = folder.join('usage.db');
    using first = open(file);
    using second = open(file);
    for (let round = 0; round < 3; round += 1) {
      for (const { counter } of [first, second]) {
        counter.add(request(10, 5, 0.5), at(1));
        counter.readDay(at(1));
      }
    }
    for (const { counter } of [first, second]) expect(counter.readDay(at(1))).toEqual(total(3, 3330, 15, 1.5));
    vi.advanceTimersByTime(1000);
    for (const { counter } of [first, second]) expect(counter.readDay(at(1))).toEqual(total(6, 6660, 30, 3));
  });

  test('that the disk fails is said once, and costs no count', () => {
    using folder = createTemporaryFolder();
    const file = folder.join('usage.db');
    using opened = open(file);
    const { counter, logger } = opened;
    counter.add(UNKNOWN, at(1));
    expect(counter.readDay(at(1)).requests).toBe(1);
    const other = new DatabaseSync(file);
    other.exec("CREATE TRIGGER full BEFORE INSERT ON daily_usage BEGIN SELECT raise(ABORT, 'the disk is full'); END");
    counter.add(UNKNOWN, at(1));
    vi.advanceTimersByTime(1000);
    counter.add(UNKNOWN, at(1));
    expect(counter.readDay(at(1)).requests).toBe(3);
    expect(logger.lines).toEqual([expect.stringMatching(/^warn .*the disk is full/)]);
    other.exec('DROP TRIGGER full');
    other.close();
    counter.add(UNKNOWN, at(1));
    counter.close();
    using again = open(file);
    expect([again.counter.readDay(at(1)).requests, logger.lines.length]).toEqual([4, 1]);
  });

  test('that was closed by force costs no count either', () => {
    const logger = createMemoryLogger();
    const database = new DatabaseSync(':memory:');
    const counter: UsageCounter = createSqliteUsageCounter(database, logger);
    database.close();
    counter.add(UNKNOWN, at(1));
    expect(counter.readDay(at(1)).requests).toBe(1);
    counter.close();
    counter.close();
    counter.add(UNKNOWN, at(1));
    expect(counter.readDay(at(1)).requests).toBe(2);
    expect([logger.lines.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test.each<[name: string, spoil: (file: string) => void, warning: RegExp, isReplaced: boolean]>([
    ['is no database', (file) => writeFileSync(file, 'This is none. '.repeat(500)), /lost.*usage\.db\.damaged/, true],
    ['is a folder', (file) => mkdirSync(file), /in memory only/, false],
    [
      'is of a later version',
      (file) => {
        const database = new DatabaseSync(file);
        database.exec('PRAGMA user_version = 99');
        database.close();
      },
      /in memory only.*later version/,
      false,
    ],
  ])('that %s', (_name, spoil, warning, isReplaced) => {
    using folder = createTemporaryFolder();
    const file = folder.join('usage.db');
    spoil(file);
    {
      using opened = open(file);
      opened.counter.add(UNKNOWN, at(1));
      expect(opened.counter.readDay(at(1)).requests).toBe(1);
      expect(opened.logger.lines).toEqual([expect.stringMatching(warning)]);
    }
    using again = open(file);
    expect(again.counter.readDay(at(1)).requests).toBe(isReplaced ? 1 : 0);
  });
});
