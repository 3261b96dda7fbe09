import { expect, test } from 'vitest';
import { createAdmission } from '../../../src/engine/admission.ts';

const never = new AbortController().signal;

test('so many run at once, others wait, further ones are refused', async () => {
  const admission = createAdmission({ maxConcurrent: 2, maxQueued: 1 });
  const first = await admission.enter(never);
  await admission.enter(never);
  const third = admission.enter(never);
  expect([admission.active, admission.queued]).toEqual([2, 1]);
  await expect(admission.enter(never)).rejects.toMatchObject({
    code: 'too_many_runs',
    retryAfterSeconds: 5,
    message:
      'Portside has 2 runs under way and 1 requests waiting, as many as it takes. Try again a little later, or raise `portside.maxConcurrentRuns` or `portside.maxQueuedRuns`.',
  });
  first[Symbol.dispose]();
  expect([admission.active, admission.queued]).toEqual([2, 0]);
  (await third)[Symbol.dispose]();
  expect([admission.active, admission.queued]).toEqual([1, 0]);
});

test('who came first goes first, and none goes by', async () => {
  const admission = createAdmission({ maxConcurrent: 1, maxQueued: 3 });
  const order: string[] = [];
  const enter = async (name: string) => {
    using slot = await admission.enter(never);
    order.push(name);
    await Promise.resolve(slot);
  };
  await Promise.all(['a', 'b', 'c', 'd'].map(enter));
  expect(order).toEqual(['a', 'b', 'c', 'd']);
  expect([admission.active, admission.queued]).toEqual([0, 0]);
});

test('a slot is given back once, however often it is disposed of', async () => {
  const admission = createAdmission({ maxConcurrent: 2, maxQueued: 0 });
  const slot = await admission.enter(never);
  await admission.enter(never);
  slot[Symbol.dispose]();
  slot[Symbol.dispose]();
  expect(admission.active).toBe(1);
});

test('who gives up waiting leaves the queue at once', async () => {
  const admission = createAdmission({ maxConcurrent: 1, maxQueued: 2 });
  const slot = await admission.enter(never);
  const controller = new AbortController();
  const leaving = admission.enter(controller.signal);
  const staying = admission.enter(never);
  const reason = new Error('Hung up.');
  controller.abort(reason);
  expect(admission.queued).toBe(1);
  await expect(leaving).rejects.toBe(reason);
  slot[Symbol.dispose]();
  await staying;
  expect([admission.active, admission.queued]).toEqual([1, 0]);
});

test('every change of the queue is told, and no other', async () => {
  const queued: number[] = [];
  const onDidChangeQueue = (): void => {
    queued.push(admission.queued);
  };
  const admission = createAdmission({ maxConcurrent: 1, maxQueued: 2, onDidChangeQueue });
  const controller = new AbortController();
  const slot = await admission.enter(never);
  expect(queued).toEqual([]);
  const leaving = admission.enter(controller.signal);
  const staying = admission.enter(never);
  await expect(admission.enter(never)).rejects.toMatchObject({ code: 'too_many_runs' });
  expect(queued).toEqual([1, 2]);
  controller.abort();
  await expect(leaving).rejects.toMatchObject({ name: 'AbortError' });
  expect(queued).toEqual([1, 2, 1]);
  slot[Symbol.dispose]();
  (await staying)[Symbol.dispose]();
  expect(queued).toEqual([1, 2, 1, 0]);
});

test('who has gone already is not let in', async () => {
  const admission = createAdmission({ maxConcurrent: 1, maxQueued: 0 });
  await expect(admission.enter(AbortSignal.abort('gone'))).rejects.toBe('gone');
  expect(admission.active).toBe(0);
});

test('a slot outlives its signal', async () => {
  const admission = createAdmission({ maxConcurrent: 1, maxQueued: 1 });
  const first = new AbortController();
  const second = new AbortController();
  const slot = await admission.enter(first.signal);
  const waiting = admission.enter(second.signal);
  first.abort();
  expect([admission.active, admission.queued]).toEqual([1, 1]);
  slot[Symbol.dispose]();
  await waiting;
  second.abort();
  expect(admission.active).toBe(1);
});
