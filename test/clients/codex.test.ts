import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startChild } from '../support/child-process.ts';
import { runCli } from '../support/portside-cli.ts';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import type { Steps } from '../support/simulator-control.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { readImage } from '../support/test-images.ts';
import { type CodexOptions, createCodex, createCodexEnvironment } from './support/codex.ts';
import { type ResponseExchange, startRecordingRelay } from './support/recording-relay.ts';

let portside: PortsideProcess;
let relay: Awaited<ReturnType<typeof startRecordingRelay>>;

beforeAll(async () => {
  portside = await startPortside();
  relay = await startRecordingRelay(portside.url);
});
afterAll(async () => {
  relay[Symbol.dispose]();
  await portside[Symbol.asyncDispose]();
});

const start = (options: Partial<CodexOptions> = {}) => {
  relay.take();
  return createCodex({ url: relay.url, token: portside.token, ...options });
};

const play = (...turns: readonly { readonly prompt: string; readonly steps: Steps }[]) =>
  portside.simulator.setScenario({ rules: turns.map(({ prompt, steps }) => ({ when: { prompt }, then: steps })) });

const shell = (cmd: string) => ({ call: { tool: 'exec_command', args: { cmd } } });

/** Checks that nothing invalid was answered, and gives what was asked. */
const takeExchanges = (): readonly ResponseExchange[] => {
  const { exchanges, problems } = relay.take();
  expect(problems).toEqual([]);
  expect(exchanges.map(({ status }) => status)).toEqual(exchanges.map(() => 200));
  for (const { path, body } of exchanges) {
    expect(path).toBe('/v1/responses');
    expect(body).toMatchObject({ stream: true, store: false, model: 'composer-2.5' });
  }
  return exchanges;
};

const PATCH = '*** Begin Patch\n*** Update File: notes.md\n@@\n-two\n+three\n*** End Patch';

describe.each([
  { name: 'over HTTP', isWebSocketOn: false },
  { name: 'over a WebSocket', isWebSocketOn: true },
])('codex exec $name', ({ isWebSocketOn }) => {
  test("creates a file and edits it with Codex's own tools, in one run upstream", async () => {
    using codex = await start({ isWebSocketOn });
    const steps: Steps = [
      { thinking: 'A file first.' },
      { text: 'I will write the notes.' },
      shell("printf 'one\\ntwo\\n' > notes.md"),
      shell(`apply_patch <<'EOF'\n${PATCH}\nEOF`),
      shell('cat notes.md'),
      { text: 'The second line is three now.' },
    ];
    await play({ prompt: 'Write the notes', steps });
    const { code, stdout, stderr } = await codex.run('Write the notes');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout.trim()).toBe('The second line is three now.');
    expect(stderr).toContain('I will write the notes.');
    expect(readFileSync(codex.join('notes.md'), 'utf8')).toBe('one\nthree\n');

    const run = await portside.simulator.onlyRun();
    expect(run).toMatchObject({ model: { id: 'composer-2.5' }, status: 'finished' });
    expect(run.systemPrompt).toMatch(/^You are a coding agent running in the Codex CLI/);
    expect(run.toolResults).toMatchObject([
      { tool: 'exec_command', text: expect.stringContaining('exited with code 0'), isError: false },
      { tool: 'exec_command', text: expect.stringContaining('M notes.md'), isError: false },
      { tool: 'exec_command', text: expect.stringContaining('one\nthree'), isError: false },
    ]);
    const exchanges = takeExchanges();
    expect(new Set(exchanges.map(({ transport }) => transport))).toEqual(
      new Set([isWebSocketOn ? 'websocket' : 'http']),
    );
    expect(exchanges[0]?.headers).toMatchObject({
      'user-agent': expect.stringMatching(/^codex_exec\//),
      'session-id': expect.stringMatching(/^[\da-f-]{36}$/),
    });
    if (isWebSocketOn) {
      const [warmUp, ...others] = exchanges;
      expect(warmUp?.body).toMatchObject({ generate: false, input: [{ type: 'message', role: 'developer' }] });
      expect(others).toHaveLength(4);
      expect(others.map(({ body }) => body.previous_response_id)).toEqual(
        exchanges.slice(0, -1).map(({ responseId }) => responseId),
      );
      expect(others.at(-1)?.body.input).toMatchObject([{ type: 'function_call_output' }]);
    } else {
      expect(exchanges.map(({ conversation }) => conversation)).toEqual([
        'new',
        'resumed-tools',
        'resumed-tools',
        'resumed-tools',
      ]);
    }
  });

  test('goes on with a conversation without paying for it twice', async () => {
    using codex = await start({ isWebSocketOn });
    await play(
      { prompt: 'now the pears', steps: [shell('echo pears >> list.txt'), { text: 'Pears, too.' }] },
      { prompt: 'first the apples', steps: [shell('echo apples > list.txt'), { text: 'Apples.' }] },
    );
    expect(await codex.run('first the apples')).toMatchObject({ code: 0, stdout: 'Apples.\n' });
    expect(await codex.run('resume', '--last', 'now the pears')).toMatchObject({ code: 0, stdout: 'Pears, too.\n' });
    expect(readFileSync(codex.join('list.txt'), 'utf8')).toBe('apples\npears\n');
    takeExchanges();
    const [first, second, ...others] = await portside.simulator.runs();
    expect(others).toEqual([]);
    expect(second?.agentId).toBe(first?.agentId);
    expect(second?.prompt).toBe('now the pears');
  });

  test('sends images of its user, and those that a tool looked at', async () => {
    using codex = await start({ isWebSocketOn });
    const dot = readImage('halves.png');
    writeFileSync(codex.join('dot.png'), dot);
    const look = { call: { tool: 'view_image', args: { path: 'dot.png' } } };
    await play({ prompt: 'Look at this', steps: [look, { text: 'I saw {{result.0}}' }] });
    const { code, stdout } = await codex.run('--image', 'dot.png', '--', 'Look at this');
    expect([code, stdout]).toEqual([0, expect.stringContaining('[image/png image')]);
    takeExchanges();
    const run = await portside.simulator.onlyRun();
    expect(run.images).toMatchObject([{ mimeType: 'image/png', sizeBytes: dot.length }]);
  });

  test.each([
    {
      likeModel: 'gpt-5.5',
      what: 'a custom tool with a grammar',
      tool: 'apply_patch',
      input: '*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch\n',
      types: ['function', 'custom', 'web_search'],
    },
    {
      likeModel: 'gpt-5.6-sol',
      what: 'tools of an input item, in namespaces',
      tool: 'functions__exec',
      input: 'const { output } = await tools.exec_command({ cmd: "echo made | tee made.txt" }); text(output);',
      types: [],
    },
  ])('calls $what, as for $likeModel', async ({ likeModel, tool, input, types }) => {
    using codex = await start({ isWebSocketOn, likeModel });
    await play({ prompt: 'Make a file', steps: [{ call: { tool, args: { input } } }, { text: 'Made: {{result.0}}' }] });
    const { code, stdout, stderr } = await codex.run('Make a file');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^Made: .*(?:A made\.txt|made)/s);
    expect(readFileSync(codex.join('made.txt'), 'utf8')).toBe('made\n');
    const [run] = await portside.simulator.runs();
    expect(run?.toolResults).toMatchObject([{ tool, isError: false }]);
    const exchanges = takeExchanges();
    const asked = exchanges.flatMap(({ body }) => body.tools?.map(({ type }) => type) ?? []);
    expect(asked).toEqual(expect.arrayContaining(types));
    const isLite = types.length === 0;
    expect(exchanges.some(({ body }) => body.input?.some(({ type }) => type === 'additional_tools'))).toBe(isLite);
    if (isLite) expect(asked).toEqual([]);
  });
});

test('calls several tools at once', async () => {
  using codex = await start();
  const names = ['a', 'b', 'c'];
  const calls = names.map((name, index) => ({
    tool: 'exec_command',
    args: { cmd: `echo ${name} > ${name}.txt` },
    afterMs: 300 * index,
  }));
  await play({ prompt: 'Three files', steps: [{ parallel: calls, listed: true }, { text: 'Three.' }] });
  expect(await codex.run('Three files')).toMatchObject({ code: 0, stdout: 'Three.\n' });
  for (const name of names) expect(readFileSync(codex.join(`${name}.txt`), 'utf8')).toBe(`${name}\n`);
  expect(await portside.simulator.onlyRun()).toMatchObject({ status: 'finished' });
  takeExchanges();
});

test('lets a subagent work, whose tool is one of a namespace', async () => {
  using codex = await start();
  const spawn = { call: { tool: 'multi_agent_v1__spawn_agent', args: { message: 'You are below' } } };
  const wait = shell('until [ -s below.txt ]; do sleep 0.05; done');
  const say: Steps = [shell('cat below.txt'), { text: 'It is there.' }];
  await play(
    // Codex tells of its end in a message of the user, which may come with the result of the parent's call.
    { prompt: 'subagent_notification', steps: say },
    { prompt: 'You are below', steps: [shell('echo deep > below.txt'), { text: 'It is written.' }] },
    { prompt: 'Delegate this', steps: [spawn, wait, ...say] },
  );
  expect(await codex.run('Delegate this')).toMatchObject({ code: 0, stdout: 'It is there.\n' });
  expect(readFileSync(codex.join('below.txt'), 'utf8')).toBe('deep\n');
  const [parent] = await portside.simulator.runs();
  expect(parent?.toolResults[0]).toMatchObject({
    tool: 'multi_agent_v1__spawn_agent',
    text: expect.stringContaining('agent_id'),
  });
  expect(new Set(takeExchanges().map(({ headers }) => headers['thread-id'])).size).toBe(2);
});

test('says what is wrong with the token', async () => {
  using codex = await start({ token: 'not-the-token', isWebSocketOn: false });
  await play();
  const { code, stderr } = await codex.run('-c', 'model_providers.portside.stream_max_retries=0', 'Are you there?');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/401 Unauthorized: The access token is wrong\./)]);
  const { exchanges, problems } = relay.take();
  expect(problems).toEqual([]);
  expect(new Set(exchanges.map(({ status }) => status))).toEqual(new Set([401]));
  expect(await portside.simulator.runs()).toEqual([]);
});

test('Codex answers after `portside connect codex --write`, with nothing else done', async () => {
  using folder = createTemporaryFolder({ isScanned: false });
  const [home, project] = [folder.join('home'), folder.join('project')];
  for (const each of [home, project]) mkdirSync(each);
  const connected = await runCli(['connect', 'codex', '--write', '--yes', '--model', 'gpt-5.1'], {
    home: portside.home,
    env: { HOME: home },
  });
  expect(connected).toMatchObject({ code: 0 });

  await portside.simulator.setScenario([{ text: 'Connected by one command.' }]);
  await using codex = startChild({
    command: inject('codexFile'),
    args: ['exec', '--skip-git-repo-check', 'Are you there?'],
    cwd: project,
    env: createCodexEnvironment(home),
  });
  expect({ code: await codex.waitForExit(60_000), stderr: codex.stderr() }).toMatchObject({ code: 0 });
  expect(codex.stdout()).toBe('Connected by one command.\n');
  expect(await portside.simulator.onlyRun()).toMatchObject({ model: { id: 'gpt-5.1' } });
});
