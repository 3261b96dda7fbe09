import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/run-event.ts';
import type { Message } from '../../../src/core/run-request.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import {
  collectRun,
  createTestBackend,
  startSimulatedCursor,
  startTurns,
  toAnswerText,
  toRunFailure,
  toRunRequest,
  toToolCalls,
} from '../../support/simulated-cursor.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image = { type: 'image', url: `data:image/png;base64,${PNG}`, param: 'messages.0.content.1' } as const;
const toUser = (...texts: readonly string[]): Message => ({
  role: 'user',
  content: texts.map((text) => ({ type: 'text', text })),
});

const toAgentId = (events: readonly RunEvent[]): string => {
  const [first] = events;
  if (first?.type !== 'run-start') throw new Error(`There is no run: ${JSON.stringify(first)}`);
  return first.agentId;
};

const ECHO: Scenario = { rules: [{ when: { prompt: '^(.*)$' }, then: [{ text: 'You: {{match.1}}' }] }] };

const begin = async (scenario: Scenario = ECHO) => {
  const cursor = await startSimulatedCursor(scenario);
  const { backend, processId } = createTestBackend({ backendUrl: cursor.url });
  await backend.start();
  return { cursor, backend, processId };
};

describe('a kept agent', () => {
  it('goes on with only what is new', async () => {
    const { cursor, backend } = await begin();
    const first = await collectRun(backend, toRunRequest('one', { keepAgent: true, systemPrompt: 'Be nice.' }));
    const agentId = toAgentId(first);
    expect(backend.hasAgent(agentId)).toBe(true);
    const model = { id: 'claude-opus-4.5', parameters: [] };
    const second = await collectRun(
      backend,
      toRunRequest('', {
        agentId,
        keepAgent: true,
        messages: [toUser('two'), toUser('three')],
        model,
      }),
    );
    expect(toAgentId(second)).toBe(agentId);
    expect(backend.hasAgent(agentId)).toBe(true);
    expect(await cursor.runs()).toMatchObject([
      { prompt: 'one', history: [], systemPrompt: 'Be nice.', agentId },
      {
        prompt: 'two\n\nthree',
        systemPrompt: 'Be nice.',
        agentId,
        history: [
          { role: 'user', text: 'one' },
          { role: 'assistant', text: 'You: one' },
        ],
        model: { id: model.id },
      },
    ]);
  });

  it('knows the tool calls of its earlier runs', async () => {
    const { cursor, backend } = await begin({
      rules: [{ when: { prompt: 'call' }, then: [{ call: { tool: 'look', args: {} } }] }, { then: [{ text: 'x' }] }],
    });
    const tools = [{ name: 'look', description: null, parameters: { type: 'object' } }];
    const run = startTurns(backend, toRunRequest('call', { tools, keepAgent: true }));
    const turn = await run.next();
    const agentId = toAgentId(turn);
    expect(backend.hasAgent(agentId)).toBe(false);
    const content = [{ type: 'text', text: 'seen' } as const];
    run.sendToolResults(toToolCalls(turn).map(({ id }) => ({ toolCallId: id, content, isError: false })));
    await run.next();
    expect(backend.hasAgent(agentId)).toBe(true);
    await collectRun(backend, toRunRequest('more', { agentId, tools, offeredTools: [] }));
    expect((await cursor.runs())[1]).toMatchObject({
      prompt: 'more',
      tools: [],
      history: [
        { role: 'user', text: 'call' },
        { role: 'tool', text: 'seen' },
      ],
    });
  });

  it('is gone after a run that does not keep it, and after a release', async () => {
    const { backend } = await begin();
    const agentIds = await Promise.all(
      ['a', 'b'].map(async (text) => toAgentId(await collectRun(backend, toRunRequest(text, { keepAgent: true })))),
    );
    const [used = '', released = ''] = agentIds;
    await collectRun(backend, toRunRequest('again', { agentId: used }));
    backend.releaseAgents([released, 'unknown']);
    expect(agentIds.map((agentId) => backend.hasAgent(agentId))).toEqual([false, false]);
    for (const agentId of agentIds) {
      const events = await collectRun(backend, toRunRequest('more', { agentId }));
      expect(events).toMatchObject([{ type: 'run-error', error: { code: 'bridge_unavailable' } }]);
    }
  });

  it('is let go of where the consumer has left before the end', async () => {
    const { cursor, backend } = await begin();
    const run = backend.run(toRunRequest('one', { keepAgent: true }), new AbortController().signal);
    const iterator = run[Symbol.asyncIterator]();
    const { value } = await iterator.next();
    const agentId = toAgentId(value === undefined ? [] : [value]);
    await expect.poll(async () => (await cursor.runs())[0]?.status).toBe('finished');
    await iterator.return?.();
    expect(backend.hasAgent(agentId)).toBe(false);
    // What became of the first run is known once a later one is answered: messages keep their order.
    await collectRun(backend, toRunRequest('other'));
    const events = await collectRun(backend, toRunRequest('more', { agentId }));
    expect(events).toMatchObject([{ type: 'run-error', error: { code: 'bridge_unavailable' } }]);
  });

  it.each<{ name: string; then: NonNullable<Scenario['rules']>[number]['then']; abort: boolean }>([
    { name: 'fails', then: [{ text: 'a' }, { fail: { code: 'internal', message: 'died' } }], abort: false },
    { name: 'is cancelled', then: [{ text: 'a' }, { stall: true }], abort: true },
  ])('is gone after a run that $name', async ({ then, abort }) => {
    const { backend } = await begin({ rules: [{ when: { prompt: 'bad' }, then }, { then: [{ text: 'Good.' }] }] });
    const agentId = toAgentId(await collectRun(backend, toRunRequest('good', { keepAgent: true })));
    const abortion = new AbortController();
    const request = toRunRequest('bad', { agentId, keepAgent: true });
    for await (const event of backend.run(request, abortion.signal)) {
      if (abort && event.type === 'text-delta') abortion.abort();
    }
    expect(backend.hasAgent(agentId)).toBe(false);
    const failure = toRunFailure(await collectRun(backend, toRunRequest('more', { agentId })));
    expect(failure.code).toBe('bridge_unavailable');
  });

  it('signs in again where its session has expired', async () => {
    const { cursor, backend } = await begin({
      rules: [
        { when: { prompt: 'first' }, then: [{ text: 'Hello.' }] },
        { times: 1, then: [{ fail: { code: 'unauthenticated', message: 'expired' } }] },
        { then: [{ text: 'Back.' }] },
      ],
    });
    const agentId = toAgentId(await collectRun(backend, toRunRequest('first', { keepAgent: true })));
    const events = await collectRun(backend, toRunRequest('second', { agentId, keepAgent: true }));
    expect(toAnswerText(events)).toBe('Back.');
    expect((await cursor.runs()).map(({ status, history }) => [status, history.length])).toEqual([
      ['finished', 0],
      ['failed', 2],
      ['finished', 2],
    ]);
    expect(backend.hasAgent(agentId)).toBe(true);
  });

  it('is lost with its process', async () => {
    const { backend, processId } = await begin();
    const agentId = toAgentId(await collectRun(backend, toRunRequest('one', { keepAgent: true })));
    process.kill(processId(), 'SIGKILL');
    await expect.poll(() => backend.hasAgent(agentId)).toBe(false);
    const failure = toRunFailure(await collectRun(backend, toRunRequest('two', { agentId })));
    expect(failure.code).toBe('bridge_unavailable');
    const again = toAgentId(await collectRun(backend, toRunRequest('three', { keepAgent: true })));
    expect(backend.hasAgent(again)).toBe(true);
    await backend.stop();
    expect(backend.hasAgent(again)).toBe(false);
  });
});

describe('images', () => {
  it('go along, in order, with or without text', async () => {
    const { cursor, backend } = await begin();
    const content = (text: string) => [{ type: 'text', text } as const, image, image];
    await collectRun(backend, toRunRequest('', { messages: [{ role: 'user', content: content('Look.') }] }));
    await collectRun(backend, toRunRequest('', { messages: [{ role: 'user', content: [image] }] }));
    const seen = { mimeType: 'image/png', sizeBytes: Buffer.from(PNG, 'base64').length };
    expect(await cursor.runs()).toMatchObject([
      {
        prompt: 'Look.\n<attached_image number="1"/>\n<attached_image number="2"/>',
        images: [seen, seen],
      },
      { prompt: '', images: [seen] },
    ]);
  });

  it('that are no base64 are refused before anything is sent', async () => {
    const { cursor, backend } = await begin();
    const content = [{ ...image, url: 'https://example.com/a.png' }];
    const events = await collectRun(backend, toRunRequest('', { messages: [{ role: 'user', content }] }));
    expect(toRunFailure(events)).toMatchObject({
      code: 'invalid_image',
      message: expect.stringContaining('messages.0.content.1'),
    });
    expect(await cursor.runs()).toEqual([]);
  });
});

describe('instructions', () => {
  it('are sent for one run only', async () => {
    const { cursor, backend } = await begin();
    const first = await collectRun(
      backend,
      toRunRequest('one', { keepAgent: true, instructions: ['Answer in JSON.'] }),
    );
    await collectRun(backend, toRunRequest('two', { agentId: toAgentId(first) }));
    expect((await cursor.runs()).map(({ prompt }) => prompt)).toEqual([
      'one\n\n<instructions>\nAnswer in JSON.\n</instructions>',
      'two',
    ]);
  });
});
