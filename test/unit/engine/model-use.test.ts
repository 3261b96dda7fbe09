import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/run-event.ts';
import { createModelUse } from '../../../src/engine/model-use.ts';

const START: RunEvent = { type: 'run-start', runId: 'r', agentId: 'a' };
const ARRIVED = { requestId: '1', method: 'POST', path: '/', protocol: null, headers: [] };
const END = { status: 200, route: null, isComplete: true, headers: [] };

const create = () => {
  const clock = { nowMs: 1000 };
  const use = createModelUse(100, () => clock.nowMs);
  const begin = (owner: string, model: string) => {
    const notes = use.begin(ARRIVED);
    notes.noteClient?.({ owner, tokenName: null });
    notes.noteAnswer?.({ model, isStream: true, toCost: () => null });
    return notes;
  };
  return { clock, use, begin };
};

test('a model is in use while it answers, and for a while after', () => {
  const { clock, use, begin } = create();
  const notes = begin('me', 'm');
  expect(use.list('me')).toEqual([]);
  notes.noteEvent?.(START);
  notes.noteEvent?.(START);
  clock.nowMs += 500;
  expect(use.list('me')).toEqual([{ id: 'm', expiresAt: 1600 }]);
  notes.end(END);
  clock.nowMs += 99;
  expect(use.list('me')).toEqual([{ id: 'm', expiresAt: 1600 }]);
  clock.nowMs += 1;
  expect(use.list('me')).toEqual([]);
});

test('it stays in use as long as one of its answers does', () => {
  const { clock, use, begin } = create();
  const both = [begin('me', 'm'), begin('me', 'm')];
  for (const notes of both) notes.noteEvent?.(START);
  both[0]?.end(END);
  clock.nowMs += 500;
  expect(use.list('me')).toHaveLength(1);
  both[1]?.end(END);
  clock.nowMs += 100;
  expect(use.list('me')).toEqual([]);
});

test('nobody sees what another one uses', () => {
  const { use } = create();
  use.note('me', 'm');
  expect([use.list('me').length, use.list('other')]).toEqual([1, []]);
});

test('how long it is kept can be said, until something else is', () => {
  const { clock, use, begin } = create();
  for (const id of ['short', 'long']) use.note('me', id);
  use.keep('me', 'short', 0);
  use.keep('me', 'long', 1000);
  use.note('me', 'usual');
  expect(use.list('me').map(({ id }) => id)).toEqual(['long', 'usual']);
  const notes = begin('me', 'short');
  notes.noteEvent?.(START);
  expect(use.list('me').map(({ id }) => id)).toContain('short');
  notes.end(END);
  clock.nowMs += 150;
  expect(use.list('me')).toEqual([{ id: 'long', expiresAt: 2000 }]);
});
