import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startChild } from '../support/child-process.ts';
import { runCli } from '../support/portside-cli.ts';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import type { Steps } from '../support/simulator-control.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { readImage } from '../support/test-images.ts';
import { type ClaudeCodeOptions, createClaudeCode, createClaudeEnvironment } from './support/claude-code.ts';
import { findMessageProblems } from './support/find-message-problems.ts';
import { startRecordingProxy } from './support/recording-proxy.ts';

/** What the tests look at in a request of Messages. */
interface MessagesBody {
  readonly model?: string;
  readonly stream?: boolean;
  readonly tools?: readonly { readonly name: string }[];
  readonly messages?: readonly { readonly role: string }[];
}

let portside: PortsideProcess;
let proxy: Awaited<ReturnType<typeof startRecordingProxy<MessagesBody>>>;

beforeAll(async () => {
  portside = await startPortside();
  proxy = await startRecordingProxy<MessagesBody>(portside.url, findMessageProblems);
});
afterAll(async () => {
  proxy[Symbol.dispose]();
  await portside[Symbol.asyncDispose]();
});

const start = (options: Partial<ClaudeCodeOptions> = {}) => {
  proxy.take();
  return createClaudeCode({ url: proxy.url, token: portside.token, ...options });
};

const play = (...turns: readonly { readonly prompt: string; readonly steps: Steps }[]) =>
  portside.simulator.setScenario({ rules: turns.map(({ prompt, steps }) => ({ when: { prompt }, then: steps })) });

const bash = (command: string) => ({ call: { tool: 'Bash', args: { command } } });

/** Checks that nothing invalid was answered, and gives the requests for messages. */
const takeExchanges = () => {
  const { exchanges, problems } = proxy.take();
  expect(problems).toEqual([]);
  expect(exchanges.map(({ status }) => status)).toEqual(exchanges.map(() => 200));
  const messages = exchanges.filter(({ path }) => path.startsWith('/v1/messages'));
  expect(messages.map(({ body }) => body.stream)).toEqual(messages.map(() => true));
  return messages;
};

test("creates a file and edits it with Claude Code's own tools, in one run upstream", async () => {
  using claude = start();
  const file = claude.join('notes.md');
  const steps: Steps = [
    { thinking: 'A file first.' },
    { text: 'I will write the notes.' },
    { call: { tool: 'Write', args: { file_path: file, content: 'one\ntwo\n' } } },
    { call: { tool: 'Read', args: { file_path: file } } },
    { call: { tool: 'Edit', args: { file_path: file, old_string: 'two', new_string: 'three' } } },
    bash('cat notes.md'),
    { text: 'The second line is three now.' },
  ];
  await play({ prompt: 'Write the notes', steps });
  const { code, stdout, stderr } = await claude.run('Write the notes', '--output-format', 'stream-json', '--verbose');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; result?: string });
  expect(events.at(-1)).toMatchObject({ type: 'result', is_error: false, result: 'The second line is three now.' });
  expect(stdout).toContain('I will write the notes.');
  expect(stdout).toContain('A file first.');
  expect(readFileSync(file, 'utf8')).toBe('one\nthree\n');

  const run = await portside.simulator.onlyRun();
  expect(run).toMatchObject({ model: { id: 'composer-2.5' }, status: 'finished' });
  expect(run.systemPrompt).toContain('agent');
  expect(run.systemPrompt).not.toContain('x-anthropic-billing-header');
  expect(run.toolResults).toMatchObject([
    { tool: 'Write', text: expect.stringContaining('created successfully'), isError: false },
    { tool: 'Read', text: expect.stringContaining('two'), isError: false },
    { tool: 'Edit', text: expect.stringContaining('updated successfully'), isError: false },
    { tool: 'Bash', text: 'one\nthree', isError: false },
  ]);
  const exchanges = takeExchanges();
  expect(exchanges.map(({ conversation }) => conversation)).toEqual([
    'new',
    ...Array.from({ length: 4 }, () => 'resumed-tools'),
  ]);
  expect(exchanges[0]?.headers).toMatchObject({
    'user-agent': expect.stringMatching(/^claude-cli\//),
    'anthropic-version': '2023-06-01',
    'x-claude-code-session-id': expect.stringMatching(/^[\da-f-]{36}$/),
  });
});

test('goes on with a conversation without paying for it twice', async () => {
  using claude = start();
  await play(
    { prompt: 'now the pears', steps: [bash('echo pears >> list.txt'), { text: 'Pears, too.' }] },
    { prompt: 'first the apples', steps: [bash('echo apples > list.txt'), { text: 'Apples.' }] },
  );
  expect(await claude.run('first the apples')).toMatchObject({ code: 0, stdout: 'Apples.\n' });
  expect(await claude.run('now the pears', '--continue')).toMatchObject({ code: 0, stdout: 'Pears, too.\n' });
  expect(readFileSync(claude.join('list.txt'), 'utf8')).toBe('apples\npears\n');
  expect(takeExchanges().map(({ conversation }) => conversation)).toEqual([
    'new',
    'resumed-tools',
    'continued',
    'resumed-tools',
  ]);
  const [first, second, ...others] = await portside.simulator.runs();
  expect(others).toEqual([]);
  expect(second?.agentId).toBe(first?.agentId);
});

test('calls several tools at once', async () => {
  using claude = start();
  const names = ['a', 'b', 'c'];
  const calls = names.map((name, index) => ({
    tool: 'Bash',
    args: { command: `echo ${name} > ${name}.txt` },
    afterMs: 300 * index,
  }));
  await play({ prompt: 'Three files', steps: [{ parallel: calls, listed: true }, { text: 'Three.' }] });
  expect(await claude.run('Three files')).toMatchObject({ code: 0, stdout: 'Three.\n' });
  for (const name of names) expect(readFileSync(claude.join(`${name}.txt`), 'utf8')).toBe(`${name}\n`);
  expect(await portside.simulator.onlyRun()).toMatchObject({ status: 'finished' });
  takeExchanges();
});

test('shows the model an image that a tool looked at', async () => {
  using claude = start();
  const file = claude.join('dot.png');
  writeFileSync(file, readImage('halves.png'));
  const look = { call: { tool: 'Read', args: { file_path: file } } };
  await play({ prompt: 'Look at this', steps: [look, { text: 'I saw {{result.0}}' }] });
  expect(await claude.run('Look at this')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('I saw [image/png image'),
  });
  takeExchanges();
});

test('lets a subagent work while the conversation goes on', async () => {
  using claude = start();
  const args = { description: 'Below', prompt: 'You are below', subagent_type: 'general-purpose' };
  await play(
    { prompt: 'task-notification', steps: [{ text: 'It is there.' }] },
    { prompt: 'You are below', steps: [bash('echo deep > below.txt'), { text: 'It is written.' }] },
    { prompt: 'Delegate this', steps: [{ call: { tool: 'Agent', args } }, { text: 'It is begun.' }] },
  );
  const { code, stderr } = await claude.run('Delegate this');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(readFileSync(claude.join('below.txt'), 'utf8')).toBe('deep\n');
  const agents = new Set(takeExchanges().map(({ headers }) => headers['x-claude-code-agent-id']));
  expect(agents.size).toBe(2);
});

test("takes a name of Claude's for the nearest model", async () => {
  using claude = start();
  await play({ prompt: 'Are you there', steps: [{ text: 'I am.' }] });
  expect(await claude.run('Are you there?', '--model', 'haiku')).toMatchObject({ code: 0, stdout: 'I am.\n' });
  expect(takeExchanges().map(({ body }) => body.model)).toEqual([expect.stringMatching(/^claude-haiku-/)]);
  expect(await portside.simulator.onlyRun()).toMatchObject({ model: { id: 'claude-haiku-4.5' } });
});

test('says what is wrong with the token', async () => {
  using claude = start({ token: 'not-the-token', variables: { CLAUDE_CODE_MAX_RETRIES: '0' } });
  await play();
  const { code, stdout } = await claude.run('Are you there?');
  expect([code, stdout]).toEqual([1, expect.stringMatching(/401 The access token is wrong\./)]);
  const { exchanges, problems } = proxy.take();
  expect(problems).toEqual([]);
  expect(new Set(exchanges.map(({ status }) => status))).toEqual(new Set([401]));
  expect(await portside.simulator.runs()).toEqual([]);
});

test('Claude Code answers after `portside connect claude-code --write`, with nothing else done', async () => {
  using folder = createTemporaryFolder({ isScanned: false });
  const [home, project] = [folder.join('home'), folder.join('project')];
  for (const each of [home, project]) mkdirSync(each);
  const connect = (...args: readonly string[]) =>
    runCli(['connect', 'claude-code', ...args], { home: portside.home, env: { HOME: home } });
  expect(await connect('--write', '--yes', '--model', 'gpt-5.1')).toMatchObject({ code: 0 });

  await portside.simulator.setScenario([{ text: 'Connected by one command.' }]);
  await using claude = startChild({
    command: inject('claudeFile'),
    args: ['-p', 'Are you there?'],
    cwd: project,
    env: createClaudeEnvironment(home),
  });
  expect({ code: await claude.waitForExit(60_000), stderr: claude.stderr() }).toMatchObject({ code: 0 });
  expect(claude.stdout()).toBe('Connected by one command.\n');
  expect(await portside.simulator.onlyRun()).toMatchObject({ model: { id: 'gpt-5.1' } });
  expect(await connect('--undo')).toMatchObject({ code: 0 });
  expect(existsSync(`${home}/.claude/settings.json`)).toBe(false);
});
