import { describe, expect, test } from 'vitest';
import {
  createRecentMemory,
  findStoredId,
  type RememberedResponse,
  toItems,
} from '../../../src/server/responses/recent-responses.ts';

const SIZE = 10_000;
const item = (text: string) => ({ type: 'message', content: text });
const response = (text: string, changes: Partial<RememberedResponse> = {}): RememberedResponse => ({
  previous: null,
  input: [item(text)],
  output: [],
  storedId: null,
  ...changes,
});
const large = (changes: Partial<RememberedResponse> = {}) => response('x'.repeat(SIZE), changes);

describe('what connections remember', () => {
  test('is their own, and goes with them', () => {
    const memory = createRecentMemory();
    const [one, other] = [memory.open(), memory.open()];
    const remembered = response('a');
    one.add('a', remembered);
    other.add('b', remembered);
    expect([one.find('a'), other.find('a'), other.find('b')]).toEqual([remembered, null, remembered]);
    one.clear();
    expect([one.find('a'), other.find('b')]).toEqual([null, remembered]);
  });

  test.each<[name: string, responses: Record<string, RememberedResponse>, left: string[]]>([
    ['all that has room', { a: large(), b: large(), c: large() }, ['a', 'b', 'c']],
    ['the latest', { a: large(), b: large(), c: large(), d: large() }, ['b', 'c', 'd']],
    // Each holds all that it goes on from, whether that is remembered by itself or not.
    ['less of those that go on', { a: large(), b: large({ previous: large() }), c: large() }, ['b', 'c']],
    [
      'less of those that go on from the store',
      { a: large({ previous: large({ previous: large() }) }), b: large() },
      ['b'],
    ],
    ['nothing too large', { a: large(), b: response('x'.repeat(SIZE * 4)), c: large() }, ['a', 'c']],
    [
      'nothing that goes on from too much',
      { a: large(), b: large({ previous: response('x'.repeat(SIZE * 3)) }) },
      ['a'],
    ],
    ['outputs too', { a: large({ output: [item('x'.repeat(SIZE))] }), b: large(), c: large() }, ['b', 'c']],
    ['few that are small', Object.fromEntries(Array.from({ length: 100 }, (_, id) => [id, response('')])), []],
  ])('is %s', (_name, responses, left) => {
    const memory = createRecentMemory({ maxCharacters: SIZE * 3.3 });
    const connections = Object.entries(responses).map(([id, one]) => {
      const recent = memory.open();
      recent.add(id, one);
      return [id, recent] as const;
    });
    const found = connections.filter(([id, recent]) => recent.find(id) !== null).map(([id]) => id);
    if (left.length > 0) expect(found).toEqual(left);
    else expect(found.length).toBeLessThan(connections.length);
  });

  test('of one long conversation is all of it, until that is too much', () => {
    const memory = createRecentMemory({ maxCharacters: SIZE * 5 });
    const [idle, busy] = [memory.open(), memory.open()];
    idle.add('a', response('a'));
    let previous: RememberedResponse | null = null;
    const ids = ['1', '2', '3', '4'];
    for (const id of ids) {
      previous = large({ previous });
      busy.add(id, previous);
    }
    expect(ids.filter((id) => busy.find(id) !== null)).toEqual(ids);
    expect(toItems(busy.find('4'))).toHaveLength(4);
    expect(idle.find('a')).not.toBeNull();
    const whole = large({ previous: large({ previous }) });
    busy.add('6', whole);
    expect([...ids, '6'].filter((id) => busy.find(id) !== null)).toEqual([]);
    // It still holds on to all of that.
    busy.add('7', response('', { previous: whole }));
    expect([busy.find('7'), idle.find('a') === null]).toEqual([null, false]);
  });
});

test('the last that is stored is found among all that a response goes on from', () => {
  const stored = response('a', { storedId: 'resp_a' });
  const onward = response('c', { previous: response('b', { previous: stored }) });
  expect(
    [stored, onward, response('d', { previous: onward, storedId: 'resp_d' }), response('e')].map(findStoredId),
  ).toEqual(['resp_a', 'resp_a', 'resp_d', null]);
});
