import { describe, expect, test } from 'vitest';
import type { AnswerRequest } from '../../../../src/core/answer-request.ts';
import { calls, says, setUp, tool, usageOf, user } from '../../../support/answers-rig.ts';

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

test('requests wait for a free slot, and a held run takes none', async () => {
  const { ask, answers } = setUp([calls(0, [['a', 'read']]), says(1, 'Hi.')], {
    maxConcurrentRuns: 1,
    maxQueuedRuns: 0,
  });
  await ask([user('go')]);
  expect(answers.activeRuns).toBe(0);
  expect((await ask([user('1')])).text).toBe('Hi.');
});
