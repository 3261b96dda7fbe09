import { expect, test } from 'vitest';
import { says, setUp, user } from '../../../support/answers-rig.ts';
import type { ModelScript } from '../../../support/fake-model.ts';

test('runs that wait for their turn are counted, and every change is told', async () => {
  const busy = Promise.withResolvers<void>();
  const blocking: ModelScript = async function* (request) {
    await busy.promise;
    yield* says(0, 'Done.')(request, async () => []);
  };
  const queued: number[] = [];
  const rig = setUp([blocking, says(1, 'b')], { maxConcurrentRuns: 1 }, undefined, () => {
    if (rig.answers.queuedRuns !== (queued.at(-1) ?? 0)) queued.push(rig.answers.queuedRuns);
  });
  const admitted: string[] = [];
  const first = rig.ask([user('1')], {}, { onAdmitted: () => admitted.push('first') });
  await expect.poll(() => rig.requests.length).toBe(1);
  const second = rig.ask([user('2')], {}, { onAdmitted: () => admitted.push('second') });
  const controller = new AbortController();
  const third = rig.ask([user('3')], {}, { signal: controller.signal, onAdmitted: () => admitted.push('third') });
  await expect.poll(() => rig.answers.queuedRuns).toBe(2);
  controller.abort();
  await expect(third).rejects.toMatchObject({ name: 'AbortError' });
  expect([rig.answers.activeRuns, rig.answers.queuedRuns, admitted]).toEqual([2, 1, ['first']]);
  busy.resolve();
  await Promise.all([first, second]);
  expect(admitted).toEqual(['first', 'second']);
  expect([rig.answers.activeRuns, queued]).toEqual([0, [1, 2, 1, 0]]);
});
