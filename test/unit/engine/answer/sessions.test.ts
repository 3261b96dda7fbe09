import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../../src/core/run-event.ts';
import { calls, fails, says, setUp, text, tool, user } from '../../../support/answers-rig.ts';
import { type ModelScript } from '../../../support/fake-model.ts';

describe('named sessions', () => {
  const context = { sessionId: 's' };

  test('only new messages are needed, and the agent goes on', async () => {
    const { ask, requests } = setUp([says(0, 'Hello Alice.'), says(1, 'Alice.')]);
    await ask([user('I am Alice.')], { systemPrompt: 'Be kind.' }, context);
    const two = await ask([user('Who am I?')], {}, context);
    expect([two.kind, requests[1]?.agentId, requests[1]?.messages]).toEqual([
      'continued',
      'agent-0',
      [user('Who am I?')],
    ]);
  });

  test('a lost agent is rebuilt from the session’s own transcript', async () => {
    const { ask, requests, agents } = setUp([says(0, 'Hello Alice.'), says(1, 'Alice.')]);
    const one = await ask([user('I am Alice.')], {}, context);
    agents.clear();
    expect((await ask([user('Who am I?')], {}, context)).kind).toBe('rebuilt');
    expect(requests[1]?.messages).toEqual([...one.messages, user('Who am I?')]);
  });

  test('tool results alone go on with its held run', async () => {
    const { ask, requests } = setUp([calls(0, [['a', 'read']])]);
    await ask([user('go')], {}, context);
    const two = await ask([tool('a', 'A')], {}, context);
    expect([two.kind, two.text, requests.length]).toEqual(['resumed-tools', 'Done: A', 1]);
  });

  test('what a client saw before it hung up is part of the session', async () => {
    const { ask, requests } = setUp([says(0, 'One', ' two'), says(1, 'Three.')]);
    const controller = new AbortController();
    const onEvent = (event: RunEvent) => event.type === 'text-delta' && controller.abort();
    await ask([user('1')], {}, { ...context, signal: controller.signal, onEvent });
    const two = await ask([user('2')], {}, context);
    expect(two.kind).toBe('rebuilt');
    expect(requests[1]?.messages).toEqual([
      user('1'),
      { role: 'assistant', content: [text('One')], toolCalls: [] },
      user('2'),
    ]);
  });

  test('a client that hangs up on a whole answer has seen nothing of it', async () => {
    const { ask, requests } = setUp([says(0, 'One', ' two'), says(1, 'Three.')]);
    const controller = new AbortController();
    const onEvent = (event: RunEvent) => event.type === 'text-delta' && controller.abort();
    await ask([user('1')], {}, { ...context, isStream: false, signal: controller.signal, onEvent });
    await ask([user('2')], {}, context);
    expect(requests[1]?.messages).toEqual([user('2')]);
  });

  test('a turn without text is part of it', async () => {
    const { ask, requests } = setUp([says(0), says(1, 'Alice.')]);
    await ask([user('I am Alice.')], {}, context);
    expect((await ask([user('Who am I?')], {}, context)).kind).toBe('continued');
    expect(requests[1]?.messages).toEqual([user('Who am I?')]);
  });

  test('the calls may come again with their results, and the results twice', async () => {
    const { ask, requests, results } = setUp([calls(0, [['a', 'read']])]);
    const one = await ask([user('go')], {}, context);
    const sent = [...one.messages.slice(1), tool('a', 'A')];
    const [two, again] = [await ask(sent, {}, context), await ask(sent, {}, context)];
    expect([two.kind, two.text, again.text]).toEqual(['resumed-tools', 'Done: A', 'Done: A']);
    expect([requests.length, results.length]).toEqual([1, 1]);
  });

  test('the results may come twice where their run is lost, too', async () => {
    const { ask, answers, requests } = setUp([calls(0, [['a', 'read']]), calls(1, [['b', 'read']])]);
    await ask([user('go')], {}, context);
    answers.stop();
    const sent = [tool('a', 'A')];
    const [one, again] = [await ask(sent, {}, context), await ask(sent, {}, context)];
    expect([one.kind, one.calls, again.calls]).toEqual(['rebuilt', ['b'], ['b']]);
    expect(requests).toHaveLength(2);
  });

  test('its further choices are not kept, as nothing can go on with them', async () => {
    const { ask, cancelled, agents } = setUp([calls(0, [['a', 'read']]), calls(1, [['b', 'read']]), says(2, 'c')]);
    await ask([user('go')], { choices: 2 }, context);
    expect(cancelled).toEqual([1]);
    expect(agents).toEqual(new Set());
    expect((await ask([tool('a', 'A')], {}, context)).kind).toBe('resumed-tools');
  });

  test('a deleted one leaves no answer to tell again', async () => {
    const { ask, sessions } = setUp([calls(0, [['a', 'read']]), says(1, 'New.')]);
    await ask([user('go')], {}, context);
    const done = await ask([tool('a', 'secret')], {}, context);
    sessions.delete('owner', 's');
    const again = await ask([tool('a', 'secret')], {}, context);
    expect([done.text, again.text]).toEqual(['Done: secret', 'New.']);
  });

  test('nor does one that is deleted while it is being answered', async () => {
    const { ask, sessions } = setUp([calls(0, [['a', 'read']]), says(1, 'New.')]);
    await ask([user('go')], {}, context);
    const onEvent = (event: RunEvent) => event.type === 'text-delta' && sessions.delete('owner', 's');
    const done = await ask([tool('a', 'secret')], {}, { ...context, onEvent });
    const again = await ask([tool('a', 'secret')], {}, context);
    expect([done.text, again.text]).toEqual(['Done: secret', 'New.']);
  });

  test('one that is deleted while its request waits keeps no run', async () => {
    const busy = Promise.withResolvers<void>();
    const blocking: ModelScript = async function* (request) {
      await busy.promise;
      yield* says(1, 'Done.')(request, async () => []);
    };
    const { ask, sessions, cancelled } = setUp([calls(0, [['a', 'read']]), blocking], { maxConcurrentRuns: 1 });
    await ask([user('go')], {}, context);
    const other = ask([user('other')]);
    const controller = new AbortController();
    const waiting = ask([tool('a', 'A')], {}, { ...context, signal: controller.signal });
    await Promise.resolve();
    sessions.delete('owner', 's');
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(cancelled).toEqual([0]);
    busy.resolve();
    await other;
  });

  test('is busy until the last of several choices has ended', async () => {
    const late = Promise.withResolvers<void>();
    const second: ModelScript = async function* (request) {
      await late.promise;
      yield* says(1, 'b')(request, async () => []);
    };
    const { ask } = setUp([says(0, 'a'), second, says(2, 'c')]);
    let isFirstDone = (): void => {};
    const firstDone = new Promise<void>((resolve) => {
      isFirstDone = resolve;
    });
    const both = ask(
      [user('1')],
      { choices: 2 },
      { ...context, onEvent: ({ type }) => type === 'run-end' && isFirstDone() },
    );
    await firstDone;
    await expect(ask([user('2')], {}, context)).rejects.toMatchObject({ code: 'conflict' });
    late.resolve();
    await both;
    expect((await ask([user('2')], {}, context)).text).toBe('c');
  });

  test('a failed turn leaves no trace', async () => {
    const { ask, requests } = setUp([fails('rate_limited'), says(1, 'Hi.')]);
    await ask([user('1')], {}, context);
    expect((await ask([user('2')], {}, context)).kind).toBe('new');
    expect(requests[1]?.messages).toEqual([user('2')]);
  });

  test('a deleted one lets go of its agent and cancels its held run', async () => {
    const { ask, sessions, cancelled, released } = setUp([says(0, 'Hi.'), calls(1, [['a', 'read']])]);
    await ask([user('1')], {}, { sessionId: 'kept' });
    await ask([user('1')], {}, { sessionId: 'held' });
    expect([sessions.delete('owner', 'kept'), sessions.delete('owner', 'held')]).toEqual([true, true]);
    expect([released, cancelled]).toEqual([['agent-0'], [1]]);
  });
});
