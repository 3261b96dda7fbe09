import { describe, expect, onTestFinished, test } from 'vitest';
import type { AnswerRequest } from '../../../../src/core/answer-request.ts';
import type { GatewayErrorCode } from '../../../../src/core/error-specs.ts';
import type { ChoiceEvent, RunEvent } from '../../../../src/core/run-event.ts';
import type { AssistantMessage, Message, RunRequest } from '../../../../src/core/run-request.ts';
import type { Usage } from '../../../../src/core/usage.ts';
import type { AnswerContext, ConversationKind } from '../../../../src/engine/answer/answer-context.ts';
import { createAnswerRecorder } from '../../../../src/engine/answer/answer-recorder.ts';
import { type AnswerLimits, createAnswers } from '../../../../src/engine/answer/create-answers.ts';
import { createNamedSessions } from '../../../../src/engine/sessions/named-sessions.ts';
import { createMemorySessionStore } from '../../../../src/storage/memory-session-store.ts';
import { checkRunGrammar } from '../../../support/check-run-grammar.ts';
import { createFakeModel, type ModelScript, modelTurn } from '../../../support/fake-model.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';

const LIMITS: AnswerLimits = {
  maxConcurrentRuns: 8,
  maxQueuedRuns: 8,
  maxHeldRuns: 8,
  heldRunMs: 60_000,
  maxConversations: 8,
  conversationIdleMs: 60_000,
  repeatedCallLimit: 3,
};

const TOOLS = ['read', 'write'].map((name) => ({
  name,
  description: null,
  parameters: { type: 'object', properties: {} },
}));

const text = (value: string) => ({ type: 'text', text: value }) as const;
const user = (value: string): Message => ({ role: 'user', content: [text(value)] });
const tool = (toolCallId: string, value: string): Message => ({ role: 'tool', toolCallId, content: [text(value)] });
const usageOf = (inputTokens: number, outputTokens: number): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
});

/** What one request came to. */
interface Told {
  readonly kind: ConversationKind | null;
  readonly kinds: readonly ConversationKind[];
  readonly events: readonly ChoiceEvent[];
  readonly text: string;
  readonly calls: readonly string[];
  readonly finish: string | null;
  readonly usage: Usage | null;
  readonly error: string | null;
  /** The conversation with the answer, for the next request. */
  readonly messages: readonly Message[];
}

/** The engine on a fake model that plays one script per run. */
const setUp = (scripts: readonly ModelScript[], limits: Partial<AnswerLimits> = {}) => {
  const model = createFakeModel(...scripts);
  const sessions = createNamedSessions({
    store: createMemorySessionStore(),
    idleMs: 60_000,
    onDelete: (id) => answers.forgetSession(id),
    logger: createMemoryLogger(),
  });
  const answers = createAnswers({
    backend: model.backend,
    credentials: { getApiKey: async () => 'crsr_test' },
    sessions,
    prepareImages: async (messages) => messages,
    limits: { ...LIMITS, ...limits },
    onDidChange: () => {},
  });
  onTestFinished(() => {
    answers.stop();
    sessions.close();
  });
  const toRequest = (messages: readonly Message[], own: Partial<AnswerRequest> = {}): AnswerRequest => ({
    requestId: 'test',
    model: { id: 'composer-2.5', parameters: [] },
    systemPrompt: null,
    messages,
    tools: TOOLS,
    toolChoice: 'auto',
    parallelToolCalls: true,
    choices: 1,
    limits: { stop: [], maxTokens: null, countsReasoning: false },
    format: null,
    ...own,
  });
  const ask = async (
    messages: readonly Message[],
    own: Partial<AnswerRequest> = {},
    {
      signal = new AbortController().signal,
      onEvent = () => {},
      ...context
    }: Partial<AnswerContext> & { signal?: AbortSignal; onEvent?: (event: RunEvent) => void } = {},
  ): Promise<Told> => {
    const kinds: ConversationKind[] = [];
    const events: ChoiceEvent[] = [];
    const recorder = createAnswerRecorder();
    const full = { owner: 'owner', sessionId: null, affinity: null, isStream: true, ...context };
    for await (const event of answers.answer(toRequest(messages, own), full, signal, (kind) => kinds.push(kind))) {
      events.push(event);
      recorder.push(event);
      onEvent(event);
    }
    if ((own.choices ?? 1) === 1) checkRunGrammar(events, { isComplete: !signal.aborted });
    const last = events.at(-1);
    const answer: AssistantMessage = recorder.toMessage();
    return {
      kind: kinds.at(-1) ?? null,
      kinds,
      events,
      text: answer.content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      calls: answer.toolCalls.map(({ id }) => id),
      finish: last?.type === 'run-end' ? last.finishReason : null,
      usage: last?.type === 'run-end' ? last.usage : null,
      error: last?.type === 'run-error' ? `${last.error.code}: ${last.error.message}` : null,
      messages: [...messages, answer],
    };
  };
  return { ...model, answers, sessions, ask };
};

/** A run that says one thing. */
const says = (index: number, ...deltas: string[]): ModelScript =>
  async function* ({ agentId }) {
    const turn = modelTurn(index, agentId);
    yield turn.start();
    if (deltas.length > 0) yield* turn.say(...deltas);
    yield turn.end('stop', usageOf(10, 5));
  };

/** A run that fails before any output. */
const fails = (code: GatewayErrorCode): ModelScript =>
  async function* () {
    yield { type: 'run-error', error: { code, message: 'No.' } };
  };

/** A run that makes batches of calls, each of `[id, name, arguments]`, then tells the last results. */
const calls = (index: number, ...batches: [id: string, name: string, args?: object][][]): ModelScript =>
  async function* (_request, results) {
    const turn = modelTurn(index);
    let last = '';
    for (const batch of batches) {
      yield turn.start();
      for (const [id, name, args] of batch) yield turn.call(id, name, args);
      yield turn.end('tool_calls');
      const given = await results(batch.length);
      last = given
        .map(({ content }) => content.map((part) => (part.type === 'text' ? part.text : '')).join('|'))
        .join(',');
    }
    yield turn.start();
    yield* turn.say(`Done: ${last}`);
    yield turn.end('stop', usageOf(100, 50));
  };

describe('conversations', () => {
  test('a second turn goes on with the same agent and brings only what is new', async () => {
    const { ask, requests } = setUp([says(0, 'One.'), says(1, 'Two.'), says(2, 'Three.')]);
    const one = await ask([user('1')]);
    const two = await ask([...one.messages, user('2')]);
    const three = await ask([...two.messages, user('3')]);
    expect([one, two, three].map(({ kind }) => kind)).toEqual(['new', 'continued', 'continued']);
    expect(requests.map(({ agentId, messages }) => [agentId, messages])).toEqual([
      [null, [user('1')]],
      ['agent-0', [user('2')]],
      ['agent-0', [user('3')]],
    ]);
  });

  test.each<[string, Partial<AnswerRequest>, Partial<AnswerContext>]>([
    ['another system prompt', { systemPrompt: 'Other.' }, {}],
    ['another tool set', { tools: [] }, {}],
    ['another model', { model: { id: 'gpt-5.1', parameters: [] } }, {}],
    ['another token', {}, { owner: 'other' }],
    ['another affinity', {}, { affinity: 'other' }],
  ])('%s makes it a new one', async (_name, own, context) => {
    const { ask, requests } = setUp([says(0, 'One.'), says(1, 'Two.')]);
    const one = await ask([user('1')]);
    const two = await ask([...one.messages, user('2')], own, context);
    expect(two.kind).toBe('new');
    expect(requests[1]).toMatchObject({ agentId: null, messages: [...one.messages, user('2')] });
  });

  test('an edit, a lost agent and a twin are rebuilt from the transcript', async () => {
    const { ask, requests, agents } = setUp([0, 1, 2, 3].map((index) => says(index, 'One.')));
    const one = await ask([user('1')]);
    const edited = await ask([user('one'), ...one.messages.slice(1), user('2')]);
    agents.clear();
    const lost = await ask([...one.messages, user('2')]);
    const twin = await ask([...one.messages, user('2')]);
    expect([edited.kind, lost.kind, twin.kind]).toEqual(['rebuilt', 'rebuilt', 'rebuilt']);
    expect(requests.map(({ agentId }) => agentId)).toEqual([null, null, null, null]);
  });

  test('a turn that was cut is not gone on with, and its agent is let go', async () => {
    const { ask, requests, cancelled, released } = setUp([says(0, 'One STOP two.'), says(1, 'Two.')]);
    const one = await ask([user('1')], { limits: { stop: ['STOP'], maxTokens: null, countsReasoning: false } });
    expect([one.text, one.finish]).toEqual(['One ', 'stop']);
    expect(one.usage).toMatchObject({ isEstimated: true });
    const two = await ask([...one.messages, user('2')]);
    expect(two.kind).toBe('rebuilt');
    expect(requests[1]?.messages).toEqual([...one.messages, user('2')]);
    expect([cancelled, released]).toEqual([[0], ['agent-0']]);
  });

  test('a client that hangs up cancels the run, and the next request is rebuilt', async () => {
    const { ask, cancelled } = setUp([says(0, 'One', ' two'), says(1, 'Three.')]);
    const controller = new AbortController();
    const onEvent = (event: RunEvent) => event.type === 'text-delta' && controller.abort();
    const one = await ask([user('1')], {}, { signal: controller.signal, onEvent });
    expect(cancelled).toEqual([0]);
    expect((await ask([...one.messages, user('2')])).kind).toBe('rebuilt');
  });

  test('a continued agent that is gone when it is asked is given up, once', async () => {
    const gone = fails('bridge_unavailable');
    const { ask, requests } = setUp([says(0, 'One.'), gone, says(2, 'Two.'), gone]);
    const one = await ask([user('1')]);
    const two = await ask([...one.messages, user('2')]);
    expect([two.kinds, two.text, requests[2]?.agentId]).toEqual([['continued', 'rebuilt'], 'Two.', null]);
    expect((await ask([user('x')])).error).toBe('bridge_unavailable: No.');
  });

  test('a failure of Cursor is told and not paid for twice', async () => {
    const { ask, requests } = setUp([says(0, 'One.'), fails('upstream_error')]);
    const one = await ask([user('1')]);
    expect((await ask([...one.messages, user('2')])).error).toBe('upstream_error: No.');
    expect(requests).toHaveLength(2);
  });

  test('an empty answer is an answer', async () => {
    const { ask, requests } = setUp([says(0), says(1, 'Two.')]);
    const one = await ask([user('1')]);
    expect((await ask([...one.messages, user('2')])).kind).toBe('continued');
    expect(requests[1]?.agentId).toBe('agent-0');
  });
});

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

describe('tool choice', () => {
  test.each<[string, AnswerRequest['toolChoice'], readonly string[] | null, number]>([
    ['auto', 'auto', null, 0],
    ['none', 'none', [], 0],
    ['required', 'required', null, 1],
    ['named', { name: 'write' }, null, 1],
  ])('%s offers what it should', async (_name, toolChoice, offeredTools, instructions) => {
    const { ask, requests } = setUp([calls(0, [['a', 'write']])]);
    await ask([user('go')], { toolChoice: toolChoice === 'none' ? 'none' : toolChoice }).catch(() => {});
    expect(requests[0]).toMatchObject({ offeredTools });
    expect(requests[0]?.instructions).toHaveLength(instructions);
  });

  test('a named choice refuses other tools, and does not outlive its request', async () => {
    const { ask, results } = setUp([calls(0, [['w', 'write']], [['r', 'read']], [['w2', 'write']])]);
    const one = await ask([user('go')], { toolChoice: { name: 'read' } });
    expect([one.calls, results[0]?.isError]).toEqual([['r'], true]);
    const two = await ask([...one.messages, tool('r', 'R')]);
    expect([two.kind, two.calls]).toEqual(['resumed-tools', ['w2']]);
  });

  test('a demanded call that does not come is asked for once; the text in its place is not told', async () => {
    const { ask, requests } = setUp([says(0, 'I will now call it.'), calls(1, [['a', 'read']])]);
    const one = await ask([user('go')], { toolChoice: 'required' });
    expect([one.text, one.calls, one.finish]).toEqual(['', ['a'], 'tool_calls']);
    expect(requests[1]).toMatchObject({ agentId: 'agent-0' });
  });

  test('then it is an error', async () => {
    const { ask, released } = setUp([says(0, 'No.'), says(1, 'No.')]);
    const one = await ask([user('go')], { toolChoice: { name: 'read' } });
    expect(one.error).toMatch(/^model_output_invalid: .*called no tool/);
    expect(released).toEqual(['agent-0']);
  });
});

describe('the format of the answer', () => {
  const format = {
    type: 'json_schema',
    name: 'city',
    description: null,
    schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  } as const;

  test('JSON is taken out of what is around it, and the conversation goes on from that', async () => {
    const { ask, requests } = setUp([says(0, 'Here:\n```json\n{"city"', ':"Oslo"}\n```'), says(1, '{"city":"Rome"}')]);
    const one = await ask([user('go')], { format });
    expect([one.text, one.finish]).toEqual(['{"city":"Oslo"}', 'stop']);
    const two = await ask([...one.messages, user('and')], { format });
    expect([two.kind, two.text, requests[1]?.instructions.length]).toEqual(['continued', '{"city":"Rome"}', 1]);
  });

  test('what does not fit is repaired by the same agent, and usage is summed', async () => {
    const { ask, requests } = setUp([says(0, '{"town":"Oslo"}'), says(1, '{"city":"Oslo"}')]);
    const one = await ask([user('go')], { format });
    expect([one.text, one.usage]).toEqual(['{"city":"Oslo"}', usageOf(20, 10)]);
    expect(requests[1]).toMatchObject({ agentId: 'agent-0' });
  });

  test('what still does not fit is an error that says what failed', async () => {
    const { ask } = setUp([says(0, 'No.'), says(1, '{"city":7}')]);
    const one = await ask([user('go')], { format });
    expect(one.error).toMatch(/^model_output_invalid: .*city/);
    expect(one.text).toBe('');
  });

  test('an answer that is cut at the token limit is told as it is', async () => {
    const { ask } = setUp([says(0, '{"city":"', 'Oslo and a lot more', '"}')]);
    const one = await ask([user('go')], { format, limits: { stop: [], maxTokens: 4, countsReasoning: false } });
    expect([one.finish, one.text]).toEqual(['length', expect.stringMatching(/^\{"city/)]);
  });
});

describe('several choices', () => {
  test('run side by side; the first goes on with the conversation', async () => {
    const { ask, requests } = setUp([says(0, 'a'), says(1, 'b'), says(2, 'c'), says(3, 'd'), says(4, 'e')]);
    const one = await ask([user('1')], { choices: 3 });
    const ends = one.events.filter(({ type }) => type === 'run-end');
    expect(new Set(ends.map(({ choice }) => choice))).toEqual(new Set([0, 1, 2]));
    expect(requests.every(({ agentId }) => agentId === null)).toBe(true);
  });
});

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

test('requests wait for a free slot, and a held run takes none', async () => {
  const { ask, answers } = setUp([calls(0, [['a', 'read']]), says(1, 'Hi.')], {
    maxConcurrentRuns: 1,
    maxQueuedRuns: 0,
  });
  await ask([user('go')]);
  expect(answers.activeRuns).toBe(0);
  expect((await ask([user('1')])).text).toBe('Hi.');
});
