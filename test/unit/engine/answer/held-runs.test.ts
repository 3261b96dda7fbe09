import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../../src/core/run-event.ts';
import type { AssistantMessage, Message, RunRequest } from '../../../../src/core/run-request.ts';
import { calls, fails, says, setUp, text, tool, user } from '../../../support/answers-rig.ts';
import { type ModelScript, modelTurn } from '../../../support/fake-model.ts';

describe('tool calls over one held run', () => {
  test('parallel calls, two rounds, one run', async () => {
    const { ask, requests, results } = setUp([
      calls(
        0,
        [
          ['a', 'read', { n: 1 }],
          ['b', 'read', { n: 2 }],
        ],
        [['c', 'write', {}]],
      ),
      says(1, 'Next.'),
    ]);
    const one = await ask([user('go')]);
    expect([one.calls, one.finish, one.kind]).toEqual([['a', 'b'], 'tool_calls', 'new']);
    const two = await ask([...one.messages, tool('b', 'B'), tool('a', 'A')]);
    expect([two.calls, two.kind]).toEqual([['c'], 'resumed-tools']);
    const three = await ask([...two.messages, tool('c', 'C')]);
    expect([three.text, three.finish, three.kind]).toEqual(['Done: C', 'stop', 'resumed-tools']);
    expect(results.map(({ toolCallId }) => toolCallId)).toEqual(['a', 'b', 'c']);
    expect(requests).toHaveLength(1);
    const four = await ask([...three.messages, user('more')]);
    expect([four.kind, requests[1]?.agentId]).toEqual(['continued', 'agent-0']);
  });

  test('the parts of the usage add up to what Cursor counted', async () => {
    const { ask } = setUp([calls(0, [['a', 'read']], [['b', 'read', { long: 'x'.repeat(40) }]])]);
    const one = await ask([user('go')]);
    const two = await ask([...one.messages, tool('a', 'A')]);
    const three = await ask([...two.messages, tool('b', 'B')]);
    const sum = [one, two, three].reduce((total, { usage }) => total + (usage?.outputTokens ?? 0), 0);
    expect(sum).toBe(50);
    expect(one.usage).toMatchObject({ isEstimated: true });
  });

  test('missing results are named, and the run still waits', async () => {
    const { ask } = setUp([
      calls(0, [
        ['a', 'read'],
        ['b', 'read'],
        ['c', 'read'],
      ]),
    ]);
    const one = await ask([user('go')]);
    await expect(ask([...one.messages, tool('b', 'B')])).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('a, c'),
      param: 'messages',
    });
    const two = await ask([...one.messages, tool('a', 'A'), tool('b', 'B'), tool('c', 'C')]);
    expect(two.text).toBe('Done: A,B,C');
  });

  test('the same results again get the same answer, without the model', async () => {
    const { ask, requests, results } = setUp([calls(0, [['a', 'read']], [['b', 'read']])]);
    const one = await ask([user('go')]);
    const next = [...one.messages, tool('a', 'A')];
    const [two, again] = [await ask(next), await ask(next)];
    expect(again.events).toEqual(two.events);
    const three = await ask([...again.messages, tool('b', 'B')]);
    expect([three.text, again.kind]).toEqual(['Done: B', 'resumed-tools']);
    expect([requests.length, results.length]).toEqual([1, 2]);
  });

  test('the same results once more, while the first are being answered, get the same answer', async () => {
    const { ask, requests, results } = setUp([calls(0, [['a', 'read']])]);
    const one = await ask([user('go')]);
    const next = [...one.messages, tool('a', 'A')];
    const [two, again] = await Promise.all([ask(next), ask(next)]);
    expect(again.events).toEqual(two.events);
    expect([again.kind, requests.length, results.length]).toEqual(['resumed-tools', 1, 1]);
  });

  test('where the first client hangs up, its twin is a request like any other', async () => {
    const { ask, cancelled } = setUp([calls(0, [['a', 'read']]), says(1, 'Rebuilt.')]);
    const one = await ask([user('go')]);
    const next = [...one.messages, tool('a', 'A')];
    const controller = new AbortController();
    const onEvent = (event: RunEvent) => event.type === 'text-delta' && controller.abort();
    const first = ask(next, {}, { signal: controller.signal, onEvent });
    const second = ask(next);
    await first;
    expect([(await second).text, cancelled]).toEqual(['Rebuilt.', [0]]);
  });

  test('results come in any order, for calls that are the same', async () => {
    const { ask, results } = setUp([
      calls(0, [
        ['a', 'read'],
        ['b', 'read'],
      ]),
    ]);
    const one = await ask([user('go')]);
    const [question, answer] = one.messages;
    if (question === undefined || answer?.role !== 'assistant') throw new Error('There is no answer.');
    const turned: Message = { ...answer, toolCalls: answer.toolCalls.toReversed() };
    await ask([question, turned, tool('b', 'B'), tool('a', 'A')]);
    expect(results.map(({ toolCallId, content }) => [toolCallId, content])).toEqual([
      ['a', [text('A')]],
      ['b', [text('B')]],
    ]);
  });

  test('an answer of which a part failed is not told again', async () => {
    const { ask, requests } = setUp([
      calls(0, [['a', 'read']]),
      fails('upstream_unavailable'),
      says(2, 'Rebuilt.'),
      says(3, 'Other.'),
    ]);
    const one = await ask([user('go')]);
    const next = [...one.messages, tool('a', 'A')];
    const both = await ask(next, { choices: 2 });
    expect(both.error).toContain('upstream_unavailable');
    const again = await ask(next, { choices: 2 });
    expect([again.error, requests.length]).toEqual([null, 4]);
  });

  test('a run that is lost as its results come is rebuilt', async () => {
    const lost: ModelScript = async function* (_request, results) {
      const turn = modelTurn(0);
      yield turn.start();
      yield turn.call('a', 'read');
      yield turn.end('tool_calls');
      await results(1);
      yield { type: 'run-error', error: { code: 'bridge_unavailable', message: 'Lost.' } };
    };
    const { ask } = setUp([lost, says(1, 'Rebuilt.')]);
    const one = await ask([user('go')]);
    const two = await ask([...one.messages, tool('a', 'A')]);
    expect([two.kinds, two.text]).toEqual([['resumed-tools', 'rebuilt'], 'Rebuilt.']);
  });

  test('a run whose calls the client gives up is cancelled; another shape of the talk leaves it alone', async () => {
    const { ask, cancelled } = setUp([calls(0, [['a', 'read']]), says(1, 'A title.'), says(2, 'Well then.')]);
    const one = await ask([user('go')]);
    await ask([...one.messages, user('A title for this?')], { tools: [] });
    expect(cancelled).toEqual([]);
    expect((await ask([...one.messages, user('Forget it.')])).kind).toBe('rebuilt');
    expect(cancelled).toEqual([0]);
  });

  test('what was taken goes back where there is no place to run', async () => {
    const busy = Promise.withResolvers<void>();
    const blocking: ModelScript = async function* () {
      await busy.promise;
      yield* says(1, 'Done.')({ agentId: null } as RunRequest, async () => []);
    };
    const { ask } = setUp([calls(0, [['a', 'read']]), blocking], { maxConcurrentRuns: 1, maxQueuedRuns: 0 });
    const one = await ask([user('go')]);
    const other = ask([user('other')]);
    const next = [...one.messages, tool('a', 'A')];
    await expect(ask(next)).rejects.toMatchObject({ code: 'too_many_runs' });
    busy.resolve();
    await other;
    expect((await ask(next)).kind).toBe('resumed-tools');
  });

  test('an unknown call and an edited history are rebuilt; the run that waits in vain is cancelled', async () => {
    const { ask, requests, cancelled } = setUp([calls(0, [['a', 'read']]), says(1, 'Rebuilt.'), says(2, 'Rebuilt.')]);
    const one = await ask([user('go')]);
    const edited = await ask([user('went'), ...one.messages.slice(1), tool('a', 'A')]);
    expect([edited.kind, edited.text, cancelled]).toEqual(['rebuilt', 'Rebuilt.', [0]]);
    const unknown = await ask([user('x'), { role: 'assistant', content: [], toolCalls: [] }, tool('z', 'Z')]);
    expect(unknown.kind).toBe('rebuilt');
    expect(requests.slice(1).map(({ agentId }) => agentId)).toEqual([null, null]);
  });

  test('conversations that are the same word for word keep to their own runs', async () => {
    const { ask, results, cancelled } = setUp([calls(0, [['a0', 'read']]), calls(1, [['a1', 'read']])]);
    const first = await ask([user('go')]);
    const second = await ask([user('go')]);
    const done = [
      await ask([...second.messages, tool('a1', 'same')]),
      await ask([...first.messages, tool('a0', 'same')]),
      await ask([...first.messages, tool('a0', 'same')]),
    ];
    expect(done.map(({ text: said, kind }) => [said, kind])).toEqual(done.map(() => ['Done: same', 'resumed-tools']));
    expect(results.map(({ toolCallId }) => toolCallId)).toEqual(['a1', 'a0']);
    expect(cancelled).toEqual([]);
  });

  test('calls without ids of their own are found by their place', async () => {
    const { ask, results } = setUp([calls(0, [['a', 'read']])]);
    const one = await ask([user('go')]);
    const answer: Message = {
      role: 'assistant',
      content: [],
      toolCalls: [{ id: '#1', name: 'read', arguments: '{}' }],
    };
    const two = await ask([user('go'), answer, tool('#1', 'A')]);
    expect([one.calls, two.text, results[0]?.toolCallId]).toEqual([['a'], 'Done: A', 'a']);
  });

  test('calls whose arguments the client has rewritten are still those of the run, in every later turn', async () => {
    const { ask, results } = setUp([
      calls(0, [['a', 'read', { paths: [{ path: 'x' }] }]], [['b', 'write', { text: 'y ' }]]),
      says(1, 'More.'),
      says(2, 'And more.'),
    ]);
    const rewrite = (messages: readonly Message[]): Message[] =>
      messages.map((message) =>
        message.role === 'assistant'
          ? { ...message, toolCalls: message.toolCalls.map((call) => ({ ...call, arguments: '{"rewritten":true}' })) }
          : message,
      );
    const one = await ask([user('go')]);
    const two = await ask([...rewrite(one.messages), tool('a', 'A')]);
    const three = await ask([...rewrite(two.messages), tool('b', 'B')]);
    const four = await ask([...rewrite(three.messages), user('more')]);
    // A client may find its way back to what it was told.
    const five = await ask([...one.messages, ...four.messages.slice(one.messages.length), user('and more')]);
    expect([one, two, three, four, five].map(({ kind }) => kind)).toEqual([
      'new',
      'resumed-tools',
      'resumed-tools',
      'continued',
      'continued',
    ]);
    expect(results.map(({ toolCallId }) => toolCallId)).toEqual(['a', 'b']);
  });

  test('a run that breaks while it waits is rebuilt', async () => {
    const broken: ModelScript = async function* () {
      const turn = modelTurn(0);
      yield turn.start();
      yield turn.call('a', 'read');
      yield turn.end('tool_calls');
      yield { type: 'run-error', error: { code: 'bridge_unavailable', message: 'Lost.' } };
    };
    const { ask } = setUp([broken, says(1, 'Rebuilt.')]);
    const one = await ask([user('go')]);
    const two = await ask([...one.messages, tool('a', 'A')]);
    expect([two.kind, two.text]).toEqual(['rebuilt', 'Rebuilt.']);
  });

  test('what the user says besides goes along', async () => {
    const { ask, results } = setUp([calls(0, [['a', 'read']])]);
    const one = await ask([user('go')]);
    const two = await ask([...one.messages, tool('a', 'A'), user('Hurry!')]);
    expect(two.kind).toBe('resumed-tools');
    expect(results[0]?.content.at(-1)).toEqual(text('Hurry!'));
  });

  test('a format, and a demand, that come with the results are told to the model', async () => {
    const { ask, results } = setUp([calls(0, [['a', 'read']], [['b', 'read', { n: 2 }]])]);
    // What the fake says in the end, "Done: {}", has JSON in it.
    const format = { type: 'json_object' } as const;
    const one = await ask([user('go')]);
    const two = await ask([...one.messages, tool('a', 'A')], { format, toolChoice: 'required' });
    await ask([...two.messages, tool('b', '{}')], { format });
    const [first, second] = results.map(({ content }) =>
      content.map((part) => (part.type === 'text' ? part.text : '')),
    );
    expect(first).toEqual(['A', expect.stringMatching(/not part of the tool.*JSON/s)]);
    expect(first?.[1]).toMatch(/at least one of the tools/);
    expect(second).toEqual(['{}']);
  });

  test('a call that waited for its release is refused where the client allows none any more', async () => {
    const { ask, results } = setUp([
      calls(0, [
        ['a', 'read'],
        ['b', 'write'],
      ]),
    ]);
    const one = await ask([user('go')], { parallelToolCalls: false });
    const two = await ask([...one.messages, tool('a', 'A')], { toolChoice: 'none' });
    expect([two.calls, two.finish]).toEqual([[], 'stop']);
    expect(results.map(({ toolCallId, isError }) => [toolCallId, isError])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  test('one call at a time is released where the client wants that', async () => {
    const { ask, results, requests } = setUp([
      calls(0, [
        ['a', 'read'],
        ['b', 'write'],
      ]),
    ]);
    const own = { parallelToolCalls: false };
    const one = await ask([user('go')], own);
    const two = await ask([...one.messages, tool('a', 'A')], own);
    const three = await ask([...two.messages, tool('b', 'B')], own);
    expect([one.calls, two.calls, three.text]).toEqual([['a'], ['b'], 'Done: A,B']);
    expect([results.length, requests.length]).toEqual([2, 1]);
  });

  test('a call that comes later is told in the next turn', async () => {
    const late: ModelScript = async function* (_request, results) {
      const turn = modelTurn(0);
      for (const id of ['a', 'b']) {
        yield turn.start();
        yield turn.call(id, 'read', { id });
        yield turn.end('tool_calls');
      }
      await results(2);
      yield turn.start();
      yield* turn.say('Both.');
      yield turn.end();
    };
    const { ask } = setUp([late]);
    const one = await ask([user('go')]);
    const two = await ask([...one.messages, tool('a', 'A')]);
    const three = await ask([...two.messages, tool('b', 'B')]);
    expect([one.calls, two.calls, three.text]).toEqual([['a'], ['b'], 'Both.']);
  });

  test('the same call over and over is refused, then the run is given up', async () => {
    const same = (id: string): [string, string, object] => [id, 'read', { file: 'x' }];
    const { ask, results, cancelled } = setUp([
      calls(0, ...Array.from({ length: 12 }, (_, index) => [same(`c${index}`)])),
    ]);
    let told = await ask([user('go')]);
    for (let round = 0; round < 2; round += 1) told = await ask([...told.messages, tool(told.calls[0] ?? '', 'same')]);
    expect(told.calls).toEqual(['c2']);
    told = await ask([...told.messages, tool('c2', 'same')]);
    expect(told.error).toContain('model_output_invalid');
    expect(results.filter(({ isError }) => isError).map(({ toolCallId }) => toolCallId)).toEqual(['c3', 'c4', 'c5']);
    expect(cancelled).toEqual([0]);
  });

  test('what the user asks for anew is no loop', async () => {
    const call = (id: string): AssistantMessage => ({
      role: 'assistant',
      content: [],
      toolCalls: [{ id, name: 'read', arguments: '{}' }],
    });
    const history = [0, 1, 2, 3].flatMap((index) => [user('time?'), call(`c${index}`), tool(`c${index}`, 'noon')]);
    const { ask, results } = setUp([calls(0, [['c', 'read']])]);
    expect((await ask([...history, user('time?')])).calls).toEqual(['c']);
    expect(results).toEqual([]);
  });

  test('held runs are listed, cancelled by id and at a stop', async () => {
    const { ask, answers, cancelled } = setUp([0, 1, 2].map((index) => calls(index, [[`a${index}`, 'read']])));
    await ask([user('0')]);
    await ask([user('1')], {}, { owner: 'other' });
    await ask([user('2')]);
    expect(answers.heldRuns.list('owner')).toMatchObject([
      { id: 'held-agent-2', model: 'composer-2.5' },
      { id: 'held-agent-0' },
    ]);
    expect(answers.heldRuns.cancel('owner', 'held-agent-1')).toBe(false);
    expect(answers.heldRuns.cancel('owner', 'held-agent-0')).toBe(true);
    answers.stop();
    expect(new Set(cancelled)).toEqual(new Set([0, 1, 2]));
  });

  test('beyond the cap the oldest is cancelled, and is rebuilt when its results come', async () => {
    const { ask, cancelled } = setUp([calls(0, [['a', 'read']]), calls(1, [['b', 'read']]), says(2, 'Rebuilt.')], {
      maxHeldRuns: 1,
    });
    const one = await ask([user('0')]);
    await ask([user('1')]);
    expect(cancelled).toEqual([0]);
    expect((await ask([...one.messages, tool('a', 'A')])).kind).toBe('rebuilt');
  });
});
