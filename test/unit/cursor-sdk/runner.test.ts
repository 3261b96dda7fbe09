import type { Run, SDKAgent } from '@cursor/sdk';
import { describe, expect, it } from 'vitest';
import { createRunner, type RunnerOptions } from '../../../src/backends/cursor-sdk/process/runner.ts';
import type { RunEvent } from '../../../src/core/run-event.ts';
import type { RunRequest } from '../../../src/core/run-request.ts';
import { collectGarbage } from '../../support/collect-garbage.ts';

const neverUsed = (): never => {
  throw new Error('This is not used.');
};

const toRun = (agentId: string, result: Promise<Awaited<ReturnType<Run['wait']>>>): Run => ({
  id: 'run',
  agentId,
  status: 'running',
  supports: () => false,
  unsupportedReason: neverUsed,
  stream: neverUsed,
  conversation: neverUsed,
  wait: () => result,
  cancel: async () => undefined,
  onDidChangeStatus: neverUsed,
});

/** A runner on agents that do with a message what `answer` does. */
const begin = (answer: SDKAgent['send'], overrides: Partial<RunnerOptions> = {}) => {
  const discarded: string[] = [];
  const problems: unknown[] = [];
  const events: RunEvent[] = [];
  let count = 0;
  const runner = createRunner({
    workspaces: {
      get: () => ({ folder: '/nowhere', warm: Promise.resolve() }),
      renew: () => undefined,
      close: async () => undefined,
    },
    async createAgent() {
      count += 1;
      return {
        agentId: `agent-${count}`,
        model: undefined,
        send: answer,
        close: neverUsed,
        reload: neverUsed,
        [Symbol.asyncDispose]: neverUsed,
        listArtifacts: neverUsed,
        downloadArtifact: neverUsed,
        getUsage: neverUsed,
      };
    },
    discard: ({ agentId }) => discarded.push(agentId),
    explain: async () => null,
    forgetModels: () => undefined,
    onUnexpected: (error) => problems.push(error),
    timeouts: { createMs: 1_000, sendMs: 1_000, turnEndMs: 1_000, silenceMs: 60_000 },
    ...overrides,
  });
  const { signal } = new AbortController();
  let runKey = 0;
  const run = (request: RunRequest) => {
    runKey += 1;
    return runner.run({ runKey, request }, signal, (added) => events.push(...added));
  };
  return { runner, run, discarded, problems, events };
};

const toRequest = (overrides: Partial<RunRequest> = {}): RunRequest => ({
  requestId: 'test',
  apiKey: 'crsr_test',
  model: { id: 'composer-2.5', parameters: [] },
  systemPrompt: null,
  tools: [],
  offeredTools: null,
  agentId: null,
  keepAgent: false,
  instructions: [],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  ...overrides,
});

/** Deeper than any stack. */
const toBottomlessSchema = () => {
  let schema: Record<string, unknown> = {};
  for (let depth = 0; depth < 200_000; depth += 1) schema = { schema };
  return schema;
};

const finish: SDKAgent['send'] = async (_message, options) => {
  await options?.onDelta?.({ update: { type: 'text-delta', text: 'Hi.' } });
  return toRun('agent-1', Promise.resolve({ id: 'run', status: 'finished' }));
};

describe('a run that cannot be prepared', () => {
  const broken = { tools: [{ name: 'look', description: null, parameters: toBottomlessSchema() }] };
  const failure = { type: 'run-error', error: { code: 'internal_error', message: expect.stringMatching(/\.$/u) } };

  it('fails, and lets go of its new agent', async () => {
    const { run, discarded, events, problems } = begin(finish);
    expect(await run(toRequest({ ...broken, keepAgent: true }))).toEqual({ keptAgentId: null });
    expect(events).toEqual([failure]);
    expect(discarded).toEqual(['agent-1']);
    expect(problems).toEqual([expect.any(RangeError)]);
  });

  it.each([
    ['with tools', broken, failure],
    [
      'with an image',
      { messages: [{ role: 'user', content: [{ type: 'image', url: 'http://x', param: 'messages.0' }] }] },
      { type: 'run-error', error: { code: 'invalid_image' } },
    ],
  ] as const)('%s fails, and lets go of its kept agent', async (_name, overrides, expected) => {
    const { run, discarded, events } = begin(finish);
    const { keptAgentId } = await run(toRequest({ keepAgent: true }));
    expect(keptAgentId).toBe('agent-1');
    expect(await run(toRequest({ ...overrides, agentId: keptAgentId, keepAgent: true }))).toEqual({
      keptAgentId: null,
    });
    expect(events.at(-1)).toMatchObject(expected);
    expect(discarded).toEqual(['agent-1']);
  });

  it.each<readonly [name: string, agents: number, answer: SDKAgent['send'], overrides: Partial<RunnerOptions>]>([
    [
      'there is no room for a folder',
      0,
      finish,
      { workspaces: { get: neverUsed, renew: neverUsed, close: neverUsed } },
    ],
    ['the SDK throws at once', 1, neverUsed, {}],
    [
      'a remedy does not work',
      1,
      async () => {
        const result = { id: 'run', status: 'error', error: { message: 'Cannot use this model' } } as const;
        return toRun('agent-1', Promise.resolve(result));
      },
      { forgetModels: neverUsed },
    ],
  ])('fails where %s', async (_name, agents, answer, overrides) => {
    const { run, discarded, events, problems } = begin(answer, overrides);
    await run(toRequest());
    expect(events).toEqual([failure]);
    expect(discarded).toHaveLength(agents);
    expect(problems).toHaveLength(1);
  });
});

describe('a run that waits for tool results', () => {
  it('does not hold on to what it has sent', async () => {
    const sent: WeakRef<object>[] = [];
    const ended = Promise.withResolvers<Awaited<ReturnType<Run['wait']>>>();
    const { runner, run, events } = begin(async (message, options) => {
      if (typeof message === 'object') sent.push(new WeakRef(message));
      await options?.onDelta?.({ update: { type: 'tool-requests-listed', callCount: 1 } });
      void options?.local?.customTools?.['look']?.execute({}, { toolCallId: 'call' });
      return toRun('agent-1', ended.promise);
    });
    const runOnce = () => {
      const url = `data:image/png;base64,${'A'.repeat(1_000)}`;
      const request = toRequest({
        systemPrompt: 'Look.',
        messages: [{ role: 'user', content: [{ type: 'image', url, param: 'messages.0' }] }],
        tools: [{ name: 'look', description: null, parameters: { type: 'object' } }],
        keepAgent: true,
      });
      sent.push(new WeakRef(request), new WeakRef(request.messages));
      return run(request);
    };
    const running = runOnce();
    await expect.poll(() => events.at(-1)?.type).toBe('run-end');
    expect(sent).toHaveLength(3);
    await expect
      .poll(() => {
        collectGarbage();
        return sent.map((each) => each.deref());
      })
      .toEqual([undefined, undefined, undefined]);
    runner.giveToolResults(1, [{ toolCallId: 'call', content: [], isError: false }]);
    ended.resolve({ id: 'run', status: 'finished' });
    expect(await running).toEqual({ keptAgentId: 'agent-1' });
  });
});
