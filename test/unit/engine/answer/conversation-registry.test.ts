import { describe, expect, test, vi } from 'vitest';
import type { ConversationInfo, ConversationState } from '../../../../src/core/conversation-info.ts';
import type { RunEvent } from '../../../../src/core/run-event.ts';
import { addUsage, type Usage } from '../../../../src/core/usage.ts';
import { calls, fails, says, setUp, type Told, tool, usageOf, user } from '../../../support/answers-rig.ts';
import type { ModelScript } from '../../../support/fake-model.ts';

type Rig = ReturnType<typeof setUp>;

const listed = ({ answers }: Rig): readonly ConversationInfo[] => answers.conversations.list();
/** What stays of each row: its state and id, its turns, and the tokens that were read and written. */
const toRows = (rig: Rig): readonly (readonly [ConversationState, string, number, number, number])[] =>
  listed(rig).map(({ state, id, turns, usage }) => [
    state,
    id,
    turns,
    usage?.inputTokens ?? -1,
    usage?.outputTokens ?? -1,
  ]);
const inSession = { sessionId: 's' };
/** What several answers told together. */
const sumOf = (...answers: readonly Told[]): Usage | null =>
  answers.reduce<Usage | null>((sum, { usage }) => addUsage(sum, usage), null);

/** Sets the clock by hand, so that ages are exact; timers run as ever. */
const setClock = (time: number) => vi.spyOn(Date, 'now').mockReturnValue(time);

describe('conversations as the user sees them', () => {
  test('there are none at first', () => {
    expect(listed(setUp([]))).toEqual([]);
  });

  test('a kept agent takes along what its conversation went through', async () => {
    using clock = setClock(1000);
    const rig = setUp([says(0, 'One.'), says(1, 'Two.'), says(2, 'Three.')]);
    const one = await rig.ask([user('1')]);
    expect(listed(rig)).toEqual([
      {
        state: 'conversation',
        id: 'agent-0',
        owner: 'owner',
        model: 'composer-2.5',
        createdAt: 1000,
        lastUsedAt: 1000,
        turns: 1,
        usage: usageOf(10, 5),
        pendingTools: [],
        sessionId: null,
      },
    ]);
    clock.mockReturnValue(2000);
    const two = await rig.ask([...one.messages, user('2')]);
    clock.mockReturnValue(3000);
    await rig.ask([...two.messages, user('3')]);
    expect(listed(rig)).toMatchObject([
      { id: 'agent-0', createdAt: 1000, lastUsedAt: 3000, turns: 3, usage: usageOf(30, 15) },
    ]);
  });

  test('a held run is known by its calls, and takes its history through all of its turns', async () => {
    using clock = setClock(1000);
    const rig = setUp([
      says(0, 'Hi.'),
      calls(
        1,
        [
          ['a', 'read'],
          ['b', 'write'],
        ],
        [['c', 'read']],
      ),
    ]);
    const one = await rig.ask([user('1')]);
    clock.mockReturnValue(2000);
    const two = await rig.ask([...one.messages, user('2')]);
    expect(listed(rig)).toMatchObject([
      {
        state: 'held',
        owner: 'owner',
        model: 'composer-2.5',
        createdAt: 1000,
        lastUsedAt: 2000,
        turns: 2,
        usage: { isEstimated: true },
        pendingTools: ['read', 'write'],
        sessionId: null,
      },
    ]);
    clock.mockReturnValue(3000);
    const three = await rig.ask([...two.messages, tool('a', 'A'), tool('b', 'B')]);
    expect(listed(rig)).toMatchObject([
      { state: 'held', createdAt: 1000, lastUsedAt: 3000, turns: 3, pendingTools: ['read'] },
    ]);
    clock.mockReturnValue(4000);
    const four = await rig.ask([...three.messages, tool('c', 'C')]);
    expect(listed(rig)).toMatchObject([
      {
        state: 'conversation',
        id: 'agent-0',
        createdAt: 1000,
        lastUsedAt: 4000,
        turns: 4,
        usage: sumOf(one, two, three, four),
        pendingTools: [],
      },
    ]);
  });

  test('calls that the client hears of later are waited for, too', async () => {
    const rig = setUp([
      calls(0, [
        ['a', 'read'],
        ['b', 'write'],
      ]),
    ]);
    await rig.ask([user('go')], { parallelToolCalls: false });
    expect(listed(rig)).toMatchObject([{ state: 'held', pendingTools: ['read', 'write'] }]);
  });

  test('a rebuilt conversation begins anew', async () => {
    const rig = setUp([says(0, 'One.'), says(1, 'Two.')]);
    const one = await rig.ask([user('1')]);
    rig.agents.clear();
    expect(listed(rig)).toEqual([]);
    await rig.ask([...one.messages, user('2')]);
    expect(toRows(rig)).toEqual([['conversation', 'agent-1', 1, 10, 5]]);
  });

  test('so does one whose agent turns out to be lost only when it is asked', async () => {
    const rig = setUp([says(0, 'One.'), fails('bridge_unavailable'), says(2, 'Two.')]);
    const one = await rig.ask([user('1')]);
    expect((await rig.ask([...one.messages, user('2')])).kind).toBe('rebuilt');
    expect(toRows(rig)).toEqual([['conversation', 'agent-2', 1, 10, 5]]);
  });

  test.each<[name: string, scripts: readonly ModelScript[], rows: ReturnType<typeof toRows>]>([
    ['an agent', [says(0, 'Hi.')], [['conversation', 'agent-0', 1, 10, 5]]],
    ['a run', [calls(0, [['a', 'read']])], [['held', 'agent-0', 1, expect.any(Number), expect.any(Number)]]],
  ])('%s that was taken by a request that never ran is put back as it was', async (_name, scripts, rows) => {
    const busy = Promise.withResolvers<void>();
    const blocking: ModelScript = async function* (request) {
      await busy.promise;
      yield* says(1, 'Done.')(request, async () => []);
    };
    const rig = setUp([...scripts, blocking], { maxConcurrentRuns: 1 });
    const one = await rig.ask([user('1')]);
    const before = listed(rig);
    expect(toRows(rig)).toEqual(rows);
    const other = rig.ask([user('other')]);
    const controller = new AbortController();
    const next = one.calls.length > 0 ? tool('a', 'A') : user('2');
    const waiting = rig.ask([...one.messages, next], {}, { signal: controller.signal });
    await expect.poll(() => rig.answers.queuedRuns).toBe(1);
    expect(listed(rig)).toEqual([]);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(listed(rig)).toEqual(before);
    busy.resolve();
    await other;
  });

  test('each choice is a conversation of its own', async () => {
    const rig = setUp([says(0, 'a'), says(1, 'b')]);
    await rig.ask([user('1')], { choices: 2 });
    expect(new Set(toRows(rig))).toEqual(
      new Set([
        ['conversation', 'agent-0', 1, 10, 5],
        ['conversation', 'agent-1', 1, 10, 5],
      ]),
    );
  });

  test('they are those of all owners, the last used first', async () => {
    const at = Date.now();
    using clock = setClock(at);
    const rig = setUp([says(0, 'a'), says(1, 'b'), calls(2, [['a', 'read']]), says(3, 'd')]);
    for (const [index, context] of [{ owner: 'x' }, { owner: 'y', ...inSession }, { owner: 'z' }, {}].entries()) {
      clock.mockReturnValue(at + index);
      await rig.ask([user(`${index}`)], {}, context);
    }
    expect(listed(rig).map(({ state, owner }) => [state, owner])).toEqual([
      ['conversation', 'owner'],
      ['held', 'z'],
      ['session', 'y'],
      ['conversation', 'x'],
    ]);
  });
});

describe('a named session', () => {
  test('is one row, with its agent as a part of it', async () => {
    const rig = setUp([says(0, 'One.'), says(1, 'Two.'), says(2, 'Three.')]);
    rig.sessions.create('owner', 'gpt-5.1', 's');
    expect(listed(rig)).toMatchObject([{ state: 'session', id: 's', turns: 0, usage: null, model: 'gpt-5.1' }]);
    await rig.ask([user('1')], {}, inSession);
    await rig.ask([user('2')], {}, inSession);
    expect(listed(rig)).toMatchObject([{ state: 'session', id: 's', owner: 'owner', model: 'composer-2.5', turns: 2 }]);
    expect(toRows(rig)).toEqual([['session', 's', 2, 20, 10]]);
    // Unlike its agent, a session outlives what is rebuilt.
    rig.agents.clear();
    await rig.ask([user('3')], {}, inSession);
    expect(toRows(rig)).toEqual([['session', 's', 3, 30, 15]]);
  });

  test('stands beside its held run, which names it', async () => {
    const rig = setUp([calls(0, [['a', 'read']])]);
    const one = await rig.ask([user('go')], {}, inSession);
    const rows = listed(rig).toSorted((a, b) => (a.state < b.state ? -1 : 1));
    expect(rows).toMatchObject([
      { state: 'held', id: 'agent-0', sessionId: 's', pendingTools: ['read'], turns: 1, usage: one.usage },
      { state: 'session', id: 's', sessionId: null, pendingTools: [], turns: 1, usage: one.usage },
    ]);
    const two = await rig.ask([tool('a', 'A')], {}, inSession);
    expect(listed(rig)).toMatchObject([{ state: 'session', id: 's', turns: 2, usage: sumOf(one, two) }]);
  });

  test('counts the first of several choices', async () => {
    const rig = setUp([says(0, 'a'), says(1, 'b')]);
    await rig.ask([user('1')], { choices: 2 }, inSession);
    expect(toRows(rig)).toEqual([['session', 's', 1, 10, 5]]);
  });

  test('counts a turn that its client hung up on, of which nothing was told', async () => {
    const rig = setUp([says(0, 'One', ' two')]);
    const controller = new AbortController();
    const onEvent = (event: RunEvent) => event.type === 'text-delta' && controller.abort();
    await rig.ask([user('1')], {}, { ...inSession, signal: controller.signal, onEvent });
    expect(listed(rig)).toMatchObject([{ state: 'session', turns: 1, usage: null }]);
  });
});

describe('closing', () => {
  test.each<[name: string, script: ModelScript, context: { sessionId?: string }, state: ConversationState, id: string]>(
    [
      ['a conversation lets go of its agent', says(0, 'Hi.'), {}, 'conversation', 'agent-0'],
      ['a held run cancels it', calls(0, [['a', 'read']]), {}, 'held', 'agent-0'],
      ['a session lets go of its agent', says(0, 'Hi.'), inSession, 'session', 's'],
      ['a session cancels its held run', calls(0, [['a', 'read']]), inSession, 'session', 's'],
    ],
  )('%s, once', async (_name, script, context, state, id) => {
    const rig = setUp([script]);
    const one = await rig.ask([user('1')], {}, context);
    for (const wrong of ['', 'agent-1', 'S']) {
      expect(rig.answers.conversations.close({ state, id: wrong })).toBe(false);
    }
    expect(rig.answers.conversations.close({ state, id })).toBe(true);
    expect([rig.cancelled, rig.released]).toEqual(one.calls.length > 0 ? [[0], []] : [[], ['agent-0']]);
    expect(listed(rig)).toEqual([]);
    expect(rig.answers.conversations.close({ state, id })).toBe(false);
  });

  test('one leaves the others', async () => {
    const rig = setUp([says(0, 'a'), says(1, 'b'), calls(2, [['a', 'read']]), calls(3, [['b', 'read']])]);
    for (const index of [0, 1, 2, 3]) await rig.ask([user(`${index}`)]);
    rig.answers.conversations.close({ state: 'conversation', id: 'agent-0' });
    rig.answers.conversations.close({ state: 'held', id: 'agent-2' });
    expect(new Set(listed(rig).map(({ id }) => id))).toEqual(new Set(['agent-1', 'agent-3']));
    expect([rig.cancelled, rig.released]).toEqual([[2], ['agent-0']]);
  });

  test('the held run of a session leaves the session', async () => {
    const rig = setUp([calls(0, [['a', 'read']]), says(1, 'New.')]);
    await rig.ask([user('1')], {}, { ...inSession, owner: 'other' });
    expect(rig.answers.conversations.close({ state: 'held', id: 'agent-0' })).toBe(true);
    expect(listed(rig)).toMatchObject([{ state: 'session', id: 's', owner: 'other' }]);
    expect((await rig.ask([tool('a', 'A')], {}, { ...inSession, owner: 'other' })).kind).toBe('rebuilt');
  });

  test('a session while it is being answered keeps nothing of the answer', async () => {
    const rig = setUp([says(0, 'One', ' two')]);
    const onEvent = ({ type }: RunEvent) => {
      if (type !== 'text-start') return;
      expect(listed(rig)).toMatchObject([{ state: 'session', id: 's', turns: 0 }]);
      expect(rig.answers.conversations.close({ state: 'session', id: 's' })).toBe(true);
    };
    expect((await rig.ask([user('1')], {}, { ...inSession, onEvent })).text).toBe('One two');
    expect([listed(rig), rig.released, rig.sessions.list('owner')]).toEqual([[], ['agent-0'], []]);
  });
});
