import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/run-event.ts';
import type { RunRequest } from '../../../src/core/run-request.ts';
import type { ToolDefinition, ToolResult } from '../../../src/core/tool.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import { collectGarbage } from '../../support/collect-garbage.ts';
import { startMeddlingProxy } from '../../support/meddling-proxy.ts';
import {
  collectRun,
  createTestBackend,
  isRunning,
  startSimulatedCursor,
  startTurns,
  toAnswerText,
  toRunFailure,
  toRunRequest,
  toToolCalls,
} from '../../support/simulated-cursor.ts';

type Steps = NonNullable<Scenario['rules']>[number]['then'];

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const toTool = (name: string, parameters: ToolDefinition['parameters'] = { type: 'object' }): ToolDefinition => ({
  name,
  description: `Does ${name}.`,
  parameters,
});
const WEATHER = toTool('get_weather', {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
});

const toResult = (call: { readonly id: string } | undefined, text: string, isError = false): ToolResult => ({
  toolCallId: call?.id ?? 'none',
  content: [{ type: 'text', text }],
  isError,
});

/** A backend on a simulator that plays these steps, and a run with tools on it. */
const begin = async (
  then: Steps,
  request: Partial<RunRequest> = {},
  options: Parameters<typeof createTestBackend>[0] = {},
) => {
  const cursor = await startSimulatedCursor({ rules: [{ then: [...then] }] });
  const { backend, processId } = createTestBackend({ backendUrl: cursor.url, ...options });
  await backend.start();
  const run = startTurns(backend, toRunRequest('Hello', { tools: [WEATHER], ...request }));
  return { cursor, backend, processId, run };
};

const types = (events: readonly RunEvent[]) => events.map(({ type }) => type);
const cities = (events: readonly RunEvent[]) => toToolCalls(events).map((call) => JSON.parse(call.arguments).city);
const callFor = (city: string): Steps[number] => ({ call: { tool: 'get_weather', args: { city } } });
const call = (city: string, afterMs = 0) => ({ tool: 'get_weather', args: { city }, afterMs });

describe('tool calls', () => {
  it('are answered out of order, and the run goes on with the results', async () => {
    const { cursor, run } = await begin([
      { text: 'I look.' },
      { parallel: [call('Oslo'), call('Rome')] },
      { text: '{{result.0}} and {{result.1}}' },
      { usage: { input: 9, output: 4 } },
    ]);
    const first = await run.next();
    expect(types(first)).toEqual([
      'run-start',
      'text-start',
      'text-delta',
      'text-end',
      'tool-call',
      'tool-call',
      'run-end',
    ]);
    expect(first.at(-1)).toMatchObject({ finishReason: 'tool_calls', usage: null });
    const [oslo, rome] = toToolCalls(first);
    expect(oslo).toMatchObject({ name: 'get_weather', arguments: '{"city":"Oslo"}' });
    run.sendToolResults([toResult(rome, 'sun')]);
    run.sendToolResults([toResult({ id: 'unknown' }, 'x'), toResult(oslo, 'no such city', true)]);
    const second = await run.next();
    expect(second[0]).toEqual(first[0]);
    expect(toAnswerText(second)).toBe('no such city and sun');
    expect(second.at(-1)).toMatchObject({ finishReason: 'stop', usage: { inputTokens: 9, outputTokens: 4 } });
    expect(await run.next()).toEqual([]);
    expect(await cursor.runs()).toMatchObject([
      {
        status: 'finished',
        allowedTools: expect.arrayContaining(['mcp_tool_call']),
        tools: [{ name: 'get_weather', description: 'Does get_weather.', inputSchema: WEATHER.parameters }],
        toolResults: [
          { text: 'sun', isError: false },
          { text: 'no such city', isError: true },
        ],
      },
    ]);
  });

  it('that are listed arrive in one batch, up to 1.2 s apart', async () => {
    const { run } = await begin([{ parallel: [call('a'), call('b', 300), call('c', 700), call('d', 1_200)] }]);
    expect(cities(await run.next())).toEqual(['a', 'b', 'c', 'd']);
  });

  it('that are not listed settle soon, and a late one is kept for the next turn', async () => {
    const { run } = await begin([
      { parallel: [call('a'), call('b', 20), call('late', 900)], listed: false },
      { text: '{{result.2}}' },
    ]);
    const first = await run.next();
    expect(cities(first)).toEqual(['a', 'b']);
    const end = first.at(-1);
    expect(end?.type === 'run-end' ? end.durationMs : Infinity).toBeLessThan(850);
    run.sendToolResults(toToolCalls(first).map((each) => toResult(each, 'ok')));
    const second = await run.next();
    expect(cities(second)).toEqual(['late']);
    run.sendToolResults(toToolCalls(second).map((each) => toResult(each, 'fine')));
    expect(toAnswerText(await run.next())).toBe('fine');
  });

  it('go on for three rounds in one run, which may end without a word', async () => {
    const { cursor, run } = await begin([
      { call: { tool: 'get_weather', args: { city: '1' } } },
      { call: { tool: 'get_weather', args: { city: '{{result.0}}2' } } },
      { text: 'Nearly.' },
      { call: { tool: 'get_weather', args: { city: '{{result.1}}3' } } },
    ]);
    const seen: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      const turn = await run.next();
      seen.push(...cities(turn));
      run.sendToolResults(toToolCalls(turn).map((each) => toResult(each, JSON.parse(each.arguments).city)));
    }
    expect(seen).toEqual(['1', '12', '123']);
    const last = await run.next();
    expect(types(last)).toEqual(['run-start', 'run-end']);
    expect(last.at(-1)).toMatchObject({ finishReason: 'stop' });
    expect(await cursor.runs()).toHaveLength(1);
  });

  it('may be answered with images', async () => {
    const { run } = await begin([callFor('Oslo'), { text: '{{result.0}}' }]);
    const [oslo] = toToolCalls(await run.next());
    const image = { type: 'image', url: `data:image/png;base64,${PNG}`, param: 'messages.2' } as const;
    run.sendToolResults([{ ...toResult(oslo, 'See:'), content: [{ type: 'text', text: 'See:' }, image] }]);
    const bytes = Buffer.from(PNG, 'base64').length;
    expect(toAnswerText(await run.next())).toBe(`See:\n[image/png image, ${bytes} bytes]`);
  });

  it('may wait for longer than Cursor may be silent', async () => {
    const parallel = [call('a'), call('b', 800)];
    const { run } = await begin([{ parallel }, { text: 'x' }, { stall: true }], {}, { requestTimeoutMs: 500 });
    const turn = await run.next();
    expect(cities(turn)).toEqual(['a', 'b']);
    run.sendToolResults(toToolCalls(turn).map((each) => toResult(each, 'ok')));
    const last = await run.next();
    expect(toAnswerText(last)).toBe('x');
    expect(toRunFailure(last).code).toBe('timeout');
  });

  it('of runs that share everything but their tools do not meet', async () => {
    const cursor = await startSimulatedCursor({
      rules: [
        {
          when: { prompt: '(\\w+)' },
          then: [{ call: { tool: 'same', args: { of: '{{match.1}}' } } }, { text: '{{result.0}}' }],
        },
      ],
    });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const names = Array.from({ length: 10 }, (_, index) => `run${index}`);
    const answers = await Promise.all(
      names.map(async (name) => {
        const run = startTurns(backend, toRunRequest(name, { tools: [toTool('same')] }));
        const [made] = toToolCalls(await run.next());
        run.sendToolResults([toResult(made, `${name} ${made?.arguments}`)]);
        return toAnswerText(await run.next());
      }),
    );
    expect(answers).toEqual(names.map((name) => `${name} {"of":"${name}"}`));
  });
});

describe('wrong calls', () => {
  it('are told to the model alone, which may try again', async () => {
    const { run, cursor } = await begin([
      { call: { tool: 'get_weather', args: { town: 'Oslo' } } },
      { call: { tool: 'get_rain', args: {} } },
      callFor('Oslo'),
      { text: '{{result.2}}' },
    ]);
    const first = await run.next();
    expect(cities(first)).toEqual(['Oslo']);
    run.sendToolResults(toToolCalls(first).map((each) => toResult(each, '7 °C')));
    expect(toAnswerText(await run.next())).toBe('7 °C');
    expect((await cursor.runs())[0]?.toolResults).toMatchObject([
      { isError: true, text: expect.stringMatching(/do not fit the schema of "get_weather".*city/u) },
      { isError: true, text: expect.stringContaining('get_rain') },
      { isError: false },
    ]);
  });

  it.each([
    ['with wrong arguments', { tool: 'get_weather', args: { city: 1 } }, /"get_weather".*city/u, 3],
    ['of unknown tools', { tool: 'constructor', args: {} }, /"constructor".*no such tool/u, 4],
  ] as const)('%s end the run at the fourth', async (_, made, message, answered) => {
    const { run, cursor } = await begin([...Array.from({ length: 5 }, () => ({ call: made })), { text: 'x' }]);
    const failure = toRunFailure(await run.next());
    expect(failure).toMatchObject({ code: 'model_output_invalid', message: expect.stringMatching(message) });
    await expect.poll(async () => (await cursor.runs())[0]?.status).toBe('cancelled');
    expect((await cursor.runs())[0]?.toolResults.length).toBeGreaterThanOrEqual(answered);
  });

  it('include those of tools that this run does not offer', async () => {
    const { run, cursor } = await begin(
      [{ call: { tool: 'second', args: {} } }, { call: { tool: 'first', args: {} } }],
      { tools: [toTool('first'), toTool('second')], offeredTools: ['first'] },
    );
    expect(toToolCalls(await run.next()).map(({ name }) => name)).toEqual(['first']);
    const [seen] = await cursor.runs();
    expect(seen?.tools.map(({ name }) => name)).toEqual(['first']);
    expect(seen?.toolResults).toMatchObject([{ isError: true }]);
  });
});

describe('tools', () => {
  it('keep their names, whatever they mean elsewhere', async () => {
    const names = [
      '__proto__',
      'constructor',
      'toString',
      '123',
      '-',
      '_',
      'mcp',
      'read',
      'a'.repeat(64),
      'Get-Weather_2',
    ];
    const { run, cursor } = await begin([{ parallel: names.map((tool) => ({ tool, args: { of: tool } })) }], {
      tools: names.map((name) => toTool(name)),
    });
    const turn = await run.next();
    expect(toToolCalls(turn).map((made) => [made.name, made.arguments])).toEqual(
      names.map((name) => [name, JSON.stringify({ of: name })]),
    );
    expect((await cursor.runs())[0]?.tools.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    run.sendToolResults(toToolCalls(turn).map((made) => toResult(made, made.name)));
    await run.next();
    expect((await cursor.runs())[0]?.toolResults.map(({ tool, text }) => `${tool} ${text}`).toSorted()).toEqual(
      names.map((name) => `${name} ${name}`).toSorted(),
    );
  });

  it('may be 128 with 300 KB of schema', async () => {
    const description = 'What this field is about, at length. '.repeat(60);
    const tools = Array.from({ length: 128 }, (_, index) =>
      toTool(`tool_${index}`, { type: 'object', properties: { field: { type: 'string', description } } }),
    );
    expect(JSON.stringify(tools).length).toBeGreaterThan(300_000);
    const { run, cursor } = await begin([{ call: { tool: 'tool_127', args: { field: 'x' } } }], { tools });
    expect(toToolCalls(await run.next()).map(({ name }) => name)).toEqual(['tool_127']);
    const [seen] = await cursor.runs();
    expect(seen?.tools.map(({ inputSchema }) => inputSchema)).toEqual(tools.map(({ parameters }) => parameters));
  });

  it('that are not offered are not sent', async () => {
    const { run, cursor } = await begin([{ text: 'x' }], { offeredTools: [] });
    expect(toAnswerText(await run.next())).toBe('x');
    expect((await cursor.runs())[0]).toMatchObject({
      tools: [],
      allowedTools: expect.arrayContaining(['mcp_tool_call']),
    });
  });

  it('do not allow for built-in ones', async () => {
    const { run } = await begin([{ exec: { read: '/etc/hostname' } }, { text: 'x' }]);
    expect(toRunFailure(await run.next()).message).toContain('built-in tool "read"');
  });
});

describe('a run that waits for results', () => {
  it('does not hold on to its request', async () => {
    const cursor = await startSimulatedCursor({ rules: [{ then: [callFor('Oslo'), { text: '{{result.0}}' }] }] });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const sent: WeakRef<object>[] = [];
    const startOnce = () => {
      const request = toRunRequest('Hello', { tools: [WEATHER] });
      sent.push(new WeakRef(request), new WeakRef(request.messages));
      return startTurns(backend, request);
    };
    const run = startOnce();
    const turn = await run.next();
    await expect
      .poll(() => {
        collectGarbage();
        return sent.map((each) => each.deref());
      })
      .toEqual([undefined, undefined]);
    run.sendToolResults(toToolCalls(turn).map((made) => toResult(made, 'ok')));
    expect(toAnswerText(await run.next())).toBe('ok');
  });

  it('fails when the child crashes', async () => {
    const { backend, run, processId } = await begin([callFor('Oslo')]);
    const turn = await run.next();
    process.kill(processId(), 'SIGKILL');
    expect(await run.next()).toMatchObject([{ type: 'run-error', error: { code: 'bridge_unavailable' } }]);
    run.sendToolResults(toToolCalls(turn).map((made) => toResult(made, 'ok')));
    expect(toToolCalls(await collectFirst(backend))).toHaveLength(1);
  });

  it('fails when the connection to Cursor breaks', async () => {
    const { cursor, run } = await begin([callFor('Oslo')]);
    await run.next();
    await cursor.close();
    expect(await run.next()).toMatchObject([{ type: 'run-error', error: { code: 'upstream_error' } }]);
  });

  it('ends at once when the backend stops', async () => {
    const { backend, run, processId } = await begin([callFor('Oslo')]);
    await run.next();
    const child = processId();
    const startedMs = performance.now();
    const stopping = backend.stop();
    expect(toRunFailure(await run.next())).toMatchObject({ code: 'bridge_unavailable' });
    expect(performance.now() - startedMs).toBeLessThan(300);
    await stopping;
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(isRunning(child)).toBe(false);
  });

  it.each(['abort', 'leave'] as const)('is cancelled upstream by %s, with no result sent', async (how) => {
    const { cursor, run } = await begin([{ parallel: [call('a'), call('b')] }]);
    await run.next();
    await run[how]();
    await expect.poll(async () => (await cursor.runs())[0]).toMatchObject({ status: 'cancelled', toolResults: [] });
  });

  it('keeps a child that is worn out from being replaced', async () => {
    const cursor = await startSimulatedCursor({ rules: [{ then: [callFor('Oslo'), { text: '{{result.0}}' }] }] });
    const proxy = await startMeddlingProxy(cursor.url);
    const { backend, processId } = createTestBackend({
      backendUrl: proxy.url,
      timeouts: { createMs: 500, pingIntervalMs: 20 },
    });
    await backend.start();
    const child = processId();
    const run = startTurns(backend, toRunRequest('Hello', { tools: [WEATHER] }));
    const turn = await run.next();
    // What never comes back leaves the child in need of a restart.
    proxy.meddle((path) => (path.includes('exchange_user_api_key') ? 'hang' : 'pass'));
    const other = await collectRun(backend, toRunRequest('Hello', { apiKey: 'crsr_other' }));
    expect(toRunFailure(other).code).toBe('timeout');
    proxy.meddle(() => 'pass');
    await backend.listModels('crsr_test');
    run.sendToolResults(toToolCalls(turn).map((made) => toResult(made, 'ok')));
    expect(toAnswerText(await run.next())).toBe('ok');
    expect(processId()).toBe(child);
    await expect.poll(() => processId(), { timeout: 10_000 }).not.toBe(child);
  });
});

/** The first turn of another run. */
const collectFirst = async (backend: Parameters<typeof collectRun>[0]): Promise<readonly RunEvent[]> => {
  const run = startTurns(backend, toRunRequest('Hello', { tools: [WEATHER] }));
  const turn = await run.next();
  run.abort();
  return turn;
};
