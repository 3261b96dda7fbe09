import { expect, test } from 'vitest';
import type { RecordedAnswer } from '../../../src/server/idempotency/record-answer.ts';
import { createRecordedAnswers } from '../../../src/server/idempotency/recorded-answers.ts';

const answer = (bytes = 10): RecordedAnswer => ({ status: 200, headers: {}, body: Buffer.alloc(bytes) });
const limits = { maxCount: 2, maxBytes: 10_000, maxAgeMs: 60_000 };

const putAll = async (sizes: Readonly<Record<string, number>>, own = limits) => {
  const answers = createRecordedAnswers(own);
  for (const [key, bytes] of Object.entries(sizes)) {
    const recorded = Promise.resolve(answer(bytes));
    answers.put(key, 'f', recorded);
    await recorded;
  }
  return (key: string) => answers.find(key, 'f') !== null;
};

test.each<[name: string, sizes: Readonly<Record<string, number>>, kept: readonly string[]]>([
  ['up to a number', { a: 1, b: 1, c: 1 }, ['b', 'c']],
  ['up to a size of all', { a: 4000, b: 5000 }, ['b']],
  ['up to a size of one', { a: 1, b: 20_000 }, ['a']],
])('answers are kept %s', async (_name, sizes, kept) => {
  const has = await putAll(sizes);
  expect(Object.keys(sizes).filter(has)).toEqual(kept);
});

test('answers are kept for a time', async () => {
  const has = await putAll({ a: 1 }, { ...limits, maxAgeMs: 5 });
  await expect.poll(() => has('a')).toBe(false);
});

test('what is under way is never dropped, and gives way to a later request of its key', async () => {
  const answers = createRecordedAnswers(limits);
  const first = Promise.withResolvers<RecordedAnswer | null>();
  answers.put('a', 'f', first.promise);
  for (const key of ['b', 'c', 'd']) answers.put(key, 'f', Promise.resolve(answer()));
  expect(answers.find('a', 'f')).not.toBeNull();
  expect(answers.find('a', 'other')).toBeNull();
  const second = Promise.resolve(answer());
  answers.put('a', 'other', second);
  first.resolve(answer());
  await Promise.all([first.promise, second]);
  expect([answers.find('a', 'f'), await answers.find('a', 'other')]).toEqual([null, answer()]);
});
