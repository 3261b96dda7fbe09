import { expect, test } from 'vitest';
import { settleAbandoned } from '../../../src/server/responses/abandoned-responses.ts';
import { createMemoryAnswerStore } from '../../../src/storage/memory-answer-store.ts';

// The process that runs the tests is alive.
const ALIVE = process.ppid;
const NEVER_STARTED = 2 ** 30;

test.each<[name: string, processId: number, createdAt: number, isSettled: boolean]>([
  ['of a process that lives', ALIVE, Date.now(), false],
  ['of this process, which has only just begun', process.pid, Date.now(), true],
  ['of a process that has died', NEVER_STARTED, Date.now(), true],
  ['of an earlier start of the machine, whose process id another one has now', ALIVE, 0, true],
])('what is left behind %s', (_name, processId, createdAt, isSettled) => {
  const store = createMemoryAnswerStore();
  store.add({
    id: 'a',
    kind: 'response',
    owner: 'alice',
    threadId: 'a',
    previousId: null,
    model: 'm',
    metadata: {},
    createdAt,
    body: { status: 'in_progress' },
    input: [],
    processId,
  });
  settleAbandoned(store);
  expect(store.find('alice', 'a')?.body['status']).toBe(isSettled ? 'failed' : 'in_progress');
});
