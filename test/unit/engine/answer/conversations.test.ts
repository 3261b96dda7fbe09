import { describe, expect, test } from 'vitest';
import type { AnswerRequest } from '../../../../src/core/answer-request.ts';
import type { RunEvent } from '../../../../src/core/run-event.ts';
import type { AnswerContext } from '../../../../src/engine/answer/answer-context.ts';
import { fails, says, setUp, user } from '../../../support/answers-rig.ts';

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
