import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RunRecord } from '../../../src/simulator/run-log.ts';
import { type Scenario, type Simulator, startSimulator } from '../../../src/simulator/main.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import type { Job, JobTool, Outcome, SeenTurn } from './sdk-jobs.ts';
import { type SdkProcess, startSdkProcess } from './sdk-process.ts';

type Steps = NonNullable<Scenario['rules']>[number]['then'];
type AgentJob = Extract<Job, { kind: 'agent' }>;

const PNG_BASE64 = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe.each([
  { transport: 'HTTP/1.1', http2: false, agentPath: '/agent.v1.AgentService/RunSSE' },
  { transport: 'HTTP/2', http2: true, agentPath: '/agent.v1.AgentService/Run' },
])('simulator with the real SDK over $transport', ({ http2, agentPath }) => {
  let simulator: Simulator;
  let sdk: SdkProcess;

  beforeAll(async () => {
    // What it says of a history then comes from the SDK alone.
    simulator = await startSimulator({ http2, logger: createMemoryLogger(), rememberedTurns: 0 });
    sdk = await startSdkProcess(simulator.url);
  });
  afterAll(async () => {
    await sdk.stop();
    await simulator.close();
  });

  const control = async (method: string, name: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${simulator.url}/_simulator/${name}`, { method, ...init });
    expect(response.status).toBe(200);
    return response.json();
  };
  const play = async (scenario: Scenario): Promise<void> => {
    await control('PUT', 'scenario', scenario);
    await control('POST', 'reset');
  };
  const readRuns = async (): Promise<RunRecord[]> => (await control('GET', 'runs')) as RunRecord[];
  const onlyRun = async (): Promise<RunRecord> => {
    const runs = await readRuns();
    expect(runs).toHaveLength(1);
    return at(runs, 0);
  };
  const perform = async (job: Partial<AgentJob> = {}): Promise<readonly SeenTurn[]> => {
    const outcome = await sdk.perform({ kind: 'agent', turns: [{ prompt: 'Hello' }], ...job });
    expect(outcome, sdk.output()).toMatchObject({ kind: 'agent' });
    return outcome.kind === 'agent' ? outcome.turns : [];
  };
  const performOne = async (steps: Steps, job: Partial<AgentJob> = {}): Promise<SeenTurn> => {
    await play({ rules: [{ then: steps }] });
    return at(await perform(job), 0);
  };

  it('streams text in deltas of the asked size, with emoji whole', async () => {
    const turn = await performOne([{ text: 'ab😀cde😀', chunk: 3 }]);
    expect(textDeltas(turn)).toEqual(['ab😀', 'cde', '😀']);
    expect(turn).toMatchObject({ status: 'finished', error: null });
    expect(await onlyRun()).toMatchObject({
      status: 'finished',
      prompt: 'Hello',
      systemPrompt: null,
      model: { id: 'composer-2.5', params: [] },
      apiKeyHash: createHash('sha256').update('crsr_test').digest('hex'),
      allowedTools: [],
      tools: [],
      images: [],
      history: [],
      toolResults: [],
    });
    expect(await control('GET', 'calls')).toMatchObject({ [agentPath]: 1 });
  });

  it('paces text by an absolute schedule, the first delta at once', async () => {
    const turn = await performOne([{ text: 'x'.repeat(20), chunk: 1, everyMs: 20 }]);
    const times = turn.updates.filter(({ type }) => type === 'text-delta').map(({ atMs }) => atMs);
    const lengthMs = at(times, -1) - at(times, 0);
    expect(times).toHaveLength(20);
    expect(lengthMs).toBeGreaterThan(19 * 20 - 60);
    expect(lengthMs).toBeLessThan(19 * 20 + 1_000);
  });

  it('answers without a rule by quoting the last line', async () => {
    await play({});
    const [turn] = await perform({ turns: [{ prompt: 'first line\nthe last {{prompt}} line\n' }] });
    expect(textDeltas(turn).join('')).toContain('"the last {{prompt}} line"');
  });

  it('thinks before it speaks', async () => {
    const turn = await performOne([{ thinking: 'Hm. {{prompt}}?' }, { text: 'Yes.' }]);
    const kinds = turn.updates.map(({ type }) => type).filter((type) => /thinking|text/.test(type));
    expect(kinds).toEqual(['thinking-delta', 'thinking-completed', 'text-delta']);
    expect(turn.updates.find(({ type }) => type === 'thinking-delta')?.text).toBe('Hm. Hello?');
  });

  it.each<{ name: string; steps: Steps; expected: object }>([
    {
      name: 'as the scenario says, with 0 for what it leaves out',
      steps: [{ text: 'Hi' }, { usage: { input: 11, output: 7, cacheRead: 3, reasoning: 2 } }],
      expected: { inputTokens: 11, outputTokens: 7, cacheReadTokens: 3, cacheWriteTokens: 0, reasoningTokens: 2 },
    },
    {
      name: 'as a quarter of the characters by default',
      steps: [{ text: 'x'.repeat(40) }],
      expected: { inputTokens: 2, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 },
    },
  ])('reports usage $name', async ({ steps, expected }) => {
    expect((await performOne(steps)).usage).toMatchObject(expected);
  });

  it('keeps the conversation at the side of the SDK', async () => {
    await play({ rules: [{ when: { prompt: '^(.*)$' }, then: [{ text: 'You: {{match.1}}' }] }] });
    await perform({ systemPrompt: 'Be brief.', turns: [{ prompt: 'one' }, { prompt: 'two' }, { prompt: 'three' }] });
    const runs = await readRuns();
    expect(runs.map(({ prompt, systemPrompt }) => [prompt, systemPrompt])).toEqual(
      ['one', 'two', 'three'].map((prompt) => [prompt, 'Be brief.']),
    );
    expect(at(runs, 2).history).toEqual([
      { role: 'user', text: 'one' },
      { role: 'assistant', text: 'You: one' },
      { role: 'user', text: 'two' },
      { role: 'assistant', text: 'You: two' },
    ]);
    expect(new Set(runs.map(({ agentId }) => agentId)).size).toBe(1);
  });

  it('forgets a turn that failed', async () => {
    await play({
      rules: [{ when: { prompt: 'bad' }, then: [{ text: 'Half' }, { drop: true }] }, { then: [{ text: 'Good' }] }],
    });
    await perform({ turns: [{ prompt: 'fine' }, { prompt: 'bad' }, { prompt: 'again' }] });
    expect((await readRuns()).map(({ status, history }) => [status, history.length])).toEqual([
      ['finished', 0],
      ['failed', 2],
      ['finished', 2],
    ]);
  });

  const SEARCH: JobTool = {
    name: 'search.web',
    description: 'Searches',
    inputSchema: { type: 'object', properties: { query: { type: 'string', enum: ['a', 'b'] } } },
    answer: { text: 'Found it' },
  };

  it('calls a tool and goes on with its result', async () => {
    const turn = await performOne(
      [
        { text: 'Looking. ' },
        { call: { tool: 'search.web', args: { query: '{{prompt}}', deep: { list: ['{{prompt}}', 1, null, true] } } } },
        { text: 'Result: {{result.0}}, {{result.1}}' },
      ],
      { tools: [SEARCH] },
    );
    expect(textDeltas(turn).join('')).toBe('Looking. Result: Found it, {{result.1}}');
    const started = turn.updates.find(({ type }) => type === 'tool-call-started');
    expect(started?.detail).toMatchObject({
      toolCall: {
        args: { toolName: 'search.web', args: { query: 'Hello', deep: { list: ['Hello', 1, null, true] } } },
      },
    });
    const record = await onlyRun();
    expect(record.tools).toEqual([{ name: 'search.web', description: 'Searches', inputSchema: SEARCH.inputSchema }]);
    expect(record.allowedTools).toContain('mcp_tool_call');
    expect(record.toolResults).toEqual([
      { callId: expect.stringMatching(/^call_/), tool: 'search.web', text: 'Found it', isError: false },
    ]);
  });

  it('keeps tool calls in the history', async () => {
    await play({ rules: [{ times: 1, then: [{ text: 'A' }, { call: { tool: 'search.web' } }, { text: 'B' }] }] });
    await perform({ tools: [SEARCH], turns: [{ prompt: 'one' }, { prompt: 'two' }] });
    expect(at(await readRuns(), 1).history).toEqual([
      { role: 'user', text: 'one' },
      { role: 'assistant', text: 'A' },
      { role: 'tool', text: 'Found it' },
      { role: 'assistant', text: 'B' },
    ]);
  });

  it.each<{ name: string; step: Steps[number]; listed: number[] }>([
    { name: 'a call', step: { call: { tool: 'search.web' } }, listed: [1] },
    { name: 'parallel calls', step: { parallel: [{ tool: 'search.web' }, { tool: 'search.web' }] }, listed: [2] },
    { name: 'calls not to be listed', step: { parallel: [{ tool: 'search.web' }], listed: false }, listed: [] },
  ])('lists the count of $name before it makes them', async ({ step, listed }) => {
    const { updates } = await performOne([step], { tools: [SEARCH] });
    const calls = updates.filter(({ type }) => /^tool-requests-listed|^tool-call-started/.test(type));
    const counts = calls.filter(({ type }) => type === 'tool-requests-listed').map(({ detail }) => detail);
    expect(counts).toMatchObject(listed.map((callCount) => ({ callCount })));
    expect(calls.at(listed.length)?.type).toBe('tool-call-started');
  });

  it('names results of parallel calls by the order of the scenario, whatever order they arrive in', async () => {
    const turn = await performOne(
      [
        { parallel: [{ tool: 'slow' }, { tool: 'fast', afterMs: 20 }] },
        { call: { tool: 'fast' } },
        { text: '{{result.0}}/{{result.1}}/{{result.2}}' },
      ],
      {
        tools: [
          { name: 'slow', answer: { text: 'S' }, answersAfter: 'fast' },
          { name: 'fast', answer: { text: 'F' } },
        ],
      },
    );
    expect(textDeltas(turn).join('')).toBe('S/F/F');
    expect((await onlyRun()).toolResults.map(({ tool }) => tool)).toEqual(['fast', 'slow', 'fast']);
    const started = turn.updates.filter(({ type }) => type === 'tool-call-started');
    expect(at(started, 1).atMs - at(started, 0).atMs).toBeGreaterThan(10);
  });

  it.each<{ name: string; answer: JobTool['answer']; tool: string; text: RegExp }>([
    { name: 'an error result', answer: { errorText: 'No such file' }, tool: 'broken', text: /^No such file$/ },
    { name: 'a tool that throws', answer: { throws: 'Boom' }, tool: 'broken', text: /Boom/ },
    { name: 'a tool that nobody offered', answer: { text: '' }, tool: 'unheard', text: /unheard/ },
  ])('notes $name as an error', async ({ answer, tool, text }) => {
    await performOne([{ call: { tool } }, { text: 'Done' }], { tools: [{ name: 'broken', answer }] });
    expect((await onlyRun()).toolResults).toMatchObject([{ tool, isError: true, text: expect.stringMatching(text) }]);
  });

  it('sees images', async () => {
    await performOne([{ text: 'Nice' }], { turns: [{ prompt: 'Look', images: [PNG_BASE64] }] });
    const sizeBytes = Buffer.from(PNG_BASE64, 'base64').length;
    expect((await onlyRun()).images).toEqual([{ mimeType: 'image/png', sizeBytes }]);
  });

  it('has a built-in read executed by the SDK, which does not check its own tool list', async () => {
    const turn = await performOne([{ exec: { read: import.meta.filename } }, { text: 'Read {{result.0}}' }]);
    const text = textDeltas(turn).join('');
    expect(text).toContain('has a built-in read executed');
    expect((await onlyRun()).toolResults).toMatchObject([{ tool: 'read', isError: false }]);
    expect(turn.updates.map(({ type }) => type)).toContain('tool-call-started');
  });

  it.each<{ name: string; fail: Extract<Steps[number], { fail: unknown }>['fail']; error: string }>([
    {
      name: 'a plain error',
      fail: { code: 'resource_exhausted', message: 'Slow down, {{prompt}}' },
      error: '[resource_exhausted] Slow down, Hello',
    },
    { name: 'unauthenticated', fail: { code: 'unauthenticated', message: 'Who?' }, error: '[unauthenticated] Who?' },
    { name: 'invalid_argument', fail: { code: 'invalid_argument', message: 'No' }, error: '[invalid_argument] No' },
    {
      name: 'a rate limit with details',
      fail: {
        code: 'resource_exhausted',
        message: 'Try later.',
        error: 50,
        title: 'Too many requests.',
        retryable: false,
      },
      error: 'Too many requests. Try later.',
    },
    {
      name: 'details of which only retryable is named',
      fail: { code: 'invalid_argument', message: 'Bad.', retryable: false },
      error: 'Bad.',
    },
    {
      name: 'an error number that the SDK takes as retryable',
      fail: { code: 'resource_exhausted', message: 'Later', error: 14, title: 'Limit', retryable: true },
      error: '[resource_exhausted] Later',
    },
  ])('fails with $name, before and after text', async ({ fail, error }) => {
    const [bare, late] = [await performOne([{ fail }]), await performOne([{ text: 'Hi' }, { fail }])];
    expect([bare, late].map((turn) => [turn.status, turn.error?.trim()])).toEqual([
      ['error', error],
      ['error', error],
    ]);
    expect([textDeltas(bare), textDeltas(late)]).toEqual([[], ['Hi']]);
    expect((await onlyRun()).status).toBe('failed');
  });

  it('drops the connection after all that was said', async () => {
    const turn = await performOne([{ text: 'x'.repeat(300), chunk: 1 }, { drop: true }]);
    expect(textDeltas(turn).join('')).toBe('x'.repeat(300));
    expect(turn.status).toBe('error');
    expect(turn.error).toMatch(http2 ? /CANCEL/ : /aborted/);
    expect((await onlyRun()).status).toBe('failed');
  });

  it('stalls until the client gives up', async () => {
    const turn = await performOne([{ text: 'Hm' }, { stall: true }, { text: 'never' }], {
      turns: [{ prompt: 'Hello', cancelOn: 'text-delta' }],
    });
    expect([turn.status, textDeltas(turn)]).toEqual(['cancelled', ['Hm']]);
    await vi.waitFor(async () => {
      expect(await onlyRun()).toMatchObject({ status: 'cancelled', endedAt: expect.any(String) });
    });
  });

  it('serves models and the account, and makes a key at sign-in', async () => {
    const account = await sdk.perform({ kind: 'account', apiKey: 'crsr_any' });
    expect(account).toMatchObject({ kind: 'account', me: { userEmail: expect.any(String) } });
    expect(account.kind === 'account' && account.models.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['composer-2.5', 'claude-sonnet-4.5', 'claude-opus-4.5', 'claude-haiku-4.5']),
    );
    expect(await sdk.perform({ kind: 'login' })).toMatchObject({
      kind: 'login',
      apiKey: expect.stringMatching(/^crsr_/),
    });
  });

  it.each<{ name: string; job: Partial<AgentJob>; rejection: { name: string; message: RegExp } }>([
    {
      name: 'an unknown model',
      job: { model: { id: 'nope' } },
      rejection: { name: 'ConfigurationError', message: /nope/ },
    },
    {
      name: 'an invalid key',
      job: { apiKey: 'crsr_invalid1' },
      rejection: { name: 'AuthenticationError', message: /API key/ },
    },
    {
      name: 'something that is no key',
      job: { apiKey: 'sk-1' },
      rejection: { name: 'AuthenticationError', message: /API key/ },
    },
    { name: 'a limited key', job: { apiKey: 'crsr_limited1' }, rejection: { name: 'RateLimitError', message: /many/ } },
  ])('refuses $name when an agent is made', async ({ job, rejection }) => {
    await play({});
    const outcome: Outcome = await sdk.perform({ kind: 'agent', turns: [{ prompt: 'Hello' }], ...job });
    expect(outcome).toMatchObject({
      kind: 'rejected',
      name: rejection.name,
      message: expect.stringMatching(rejection.message),
    });
    expect(await readRuns()).toEqual([]);
  });

  it('chooses the first rule that matches and counts its uses', async () => {
    const scenario: Scenario = {
      rules: [
        { when: { prompt: '^Hello$' }, times: 1, then: [{ text: 'once' }] },
        { when: { tool: 'search.web' }, then: [{ text: 'tool' }] },
        { when: { model: 'claude-sonnet-4.5' }, then: [{ text: 'model' }] },
        { when: { system: 'brief.$', prompt: 'Hel.*o' }, then: [{ text: 'system' }] },
        { then: [{ text: 'rest' }] },
      ],
    };
    const say = async (job: Partial<AgentJob> = {}): Promise<string> => textDeltas((await perform(job))[0]).join('');
    await play(scenario);
    expect([await say(), await say()]).toEqual(['once', 'rest']);
    expect(await say({ tools: [SEARCH] })).toBe('tool');
    expect(await say({ model: { id: 'claude-sonnet-4.5', params: [{ id: 'thinking', value: 'true' }] } })).toBe(
      'model',
    );
    expect(at(await readRuns(), -1).model.params).toEqual([{ id: 'thinking', value: 'true' }]);
    expect(await say({ systemPrompt: 'Be\nbrief.', turns: [{ prompt: 'Hel\nlo' }] })).toBe('system');
    await control('POST', 'reset');
    expect([await say(), await say()]).toEqual(['once', 'rest']);
    await control('PUT', 'scenario', scenario);
    expect([await say(), await say()]).toEqual(['once', 'rest']);
    expect(await readRuns()).toHaveLength(4);
  });

  const startDirector = async (reply: (run: RunRecord, asked: number) => unknown): Promise<string> => {
    let asked = 0;
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked += 1;
        response.end(JSON.stringify(reply(JSON.parse(Buffer.concat(chunks).toString()) as RunRecord, asked)));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/next`;
  };

  it('performs what a director replies until it is done', async () => {
    const director = await startDirector((run, asked) =>
      asked === 1
        ? { then: [{ text: `${run.prompt}, ${run.status}; ` }, { call: { tool: 'search.web' } }] }
        : { then: [{ text: `${run.toolResults[0]?.text} = {{result.0}}` }], done: true },
    );
    await play({ director });
    const [turn] = await perform({ tools: [SEARCH] });
    expect(textDeltas(turn).join('')).toBe('Hello, running; Found it = Found it');
  });

  it('leaves a run to the rules where the director has nothing to begin with', async () => {
    const director = await startDirector((_run, asked) => (asked === 1 ? {} : { done: true }));
    await play({ director, rules: [{ then: [{ text: 'rule' }] }] });
    expect(textDeltas((await perform())[0]).join('')).toBe('rule');
  });

  it.each<{ name: string; reply: unknown; error: RegExp }>([
    { name: 'garbage', reply: 'x', error: /^\[internal\] .*director.* not valid/ },
    { name: 'a bad step', reply: { then: [{ texxt: 'x' }] }, error: /^\[internal\] .*then\[0\]: a step is an object/ },
  ])('fails a run whose director replies $name', async ({ reply, error }) => {
    await play({ director: await startDirector(() => reply) });
    expect(at(await perform(), 0).error).toMatch(error);
  });

  it('fails a run whose director is not there', async () => {
    await play({ director: 'http://127.0.0.1:9/next' });
    expect(at(await perform(), 0).error).toMatch(/^\[internal\] .*could not be reached/);
  });

  it('serves many runs at once', async () => {
    await play({ rules: [{ then: [{ text: 'x'.repeat(1000), chunk: 10, everyMs: 2 }] }] });
    const turns = (await Promise.all(Array.from({ length: 10 }, () => perform()))).flat();
    expect(turns.map((turn) => [turn.status, textDeltas(turn).join('').length])).toEqual(
      Array.from({ length: 10 }, () => ['finished', 1000]),
    );
  });
});

const textDeltas = (turn: SeenTurn | undefined): string[] =>
  (turn?.updates ?? []).flatMap(({ type, text }) => (type === 'text-delta' && text !== undefined ? [text] : []));

const at = <T>(values: readonly T[], index: number): T => {
  const value = values.at(index);
  if (value === undefined) throw new Error(`There is no value ${index} among ${values.length}`);
  return value;
};
