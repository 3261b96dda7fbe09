import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import type { Steps } from '../support/simulator-control.ts';
import { readImage } from '../support/test-images.ts';

import { createOpenCode, type OpenCodeOptions } from './support/opencode.ts';
import { type ChatBody, type Exchange, startRecordingProxy } from './support/recording-proxy.ts';

let portside: PortsideProcess;
let proxy: Awaited<ReturnType<typeof startRecordingProxy<ChatBody>>>;

beforeAll(async () => {
  portside = await startPortside();
  proxy = await startRecordingProxy(portside.url);
});
afterAll(async () => {
  proxy[Symbol.dispose]();
  await portside[Symbol.asyncDispose]();
});

const start = (options: Partial<OpenCodeOptions> = {}) => {
  proxy.take();
  return createOpenCode({ url: proxy.url, token: portside.token, ...options });
};

const dot = readImage('halves.png');
const TITLE = 'A title from upstream';

/** Plays steps for runs that have OpenCode's tools, and answers the request for a title, which has none. */
const play = (...turns: readonly { readonly prompt: string; readonly steps: Steps }[]) =>
  portside.simulator.setScenario({
    rules: [
      ...turns.map(({ prompt, steps }) => ({ when: { prompt, tool: 'write' }, then: steps })),
      { then: [{ text: TITLE }] },
    ],
  });

/** The runs that have tools: all but the one that finds a title. */
const readWorkRuns = async () => {
  const runs = await portside.simulator.runs();
  return runs.filter(({ tools }) => tools.length > 0);
};

/** Checks that nothing invalid was answered, and gives the requests with tools. */
const takeWork = (): readonly Exchange[] => {
  const { exchanges, problems } = proxy.take();
  expect(problems).toEqual([]);
  expect(exchanges.map(({ status }) => status)).toEqual(exchanges.map(() => 200));
  for (const { path, body } of exchanges) {
    expect(path).toMatch(/^\/opencode(?:v2)?\/v1\/chat\/completions$/);
    expect(body.stream).toBe(true);
  }
  return exchanges.filter(({ body }) => body.tools !== undefined);
};

const conversations = (exchanges: readonly Exchange[]) => exchanges.map(({ conversation }) => conversation);

describe('opencode run', () => {
  test("creates a file and edits it with OpenCode's own tools, in one run upstream", async () => {
    using openCode = start();
    const filePath = openCode.join('notes.md');
    const steps: Steps = [
      { thinking: 'A file first.' },
      { text: 'I will write the notes.' },
      { call: { tool: 'write', args: { filePath, content: 'one\ntwo\n' } } },
      { call: { tool: 'edit', args: { filePath, oldString: 'two', newString: 'three' } } },
      { call: { tool: 'read', args: { filePath } } },
      { text: 'The second line is three now.' },
    ];
    await play({ prompt: 'Write the notes', steps });
    const { code, stdout, stderr } = await openCode.run('run', 'Write the notes');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('The second line is three now.');
    expect(readFileSync(filePath, 'utf8')).toBe('one\nthree\n');

    const runs = await readWorkRuns();
    expect(runs).toMatchObject([{ model: { id: 'composer-2.5' }, status: 'finished' }]);
    expect(runs[0]?.toolResults).toMatchObject([
      { tool: 'write', text: expect.stringContaining('Wrote file'), isError: false },
      { tool: 'edit', text: expect.stringContaining('Edit applied'), isError: false },
      { tool: 'read', text: expect.stringContaining('three'), isError: false },
    ]);
    const work = takeWork();
    expect(conversations(work)).toEqual(['new', 'resumed-tools', 'resumed-tools', 'resumed-tools']);
    expect(new Set(work.map(({ headers }) => headers['x-session-affinity'])).size).toBe(1);
    expect(work[0]?.headers['x-session-affinity']).toMatch(/^ses_/);
    expect(runs[0]?.tools.map(({ name }) => name)).toEqual(work[0]?.body.tools?.map((tool) => tool.function.name));
    // The title was asked for at the same time, under the same session id.
    expect(await portside.simulator.runs()).toHaveLength(2);
    expect(await openCode.readTitles()).toEqual([TITLE]);
  });

  test('goes on with a conversation without paying for it twice', async () => {
    using openCode = start();
    const filePath = openCode.join('list.txt');
    await play(
      {
        prompt: 'now the pears',
        steps: [
          { call: { tool: 'edit', args: { filePath, oldString: 'apples', newString: 'apples and pears' } } },
          { text: 'Pears, too.' },
        ],
      },
      {
        prompt: 'first the apples',
        steps: [{ call: { tool: 'write', args: { filePath, content: 'apples' } } }, { text: 'Apples.' }],
      },
    );
    expect(await openCode.run('run', 'first the apples')).toMatchObject({ code: 0 });
    expect(conversations(takeWork())).toEqual(['new', 'resumed-tools']);
    expect(await openCode.run('run', '--continue', 'now the pears')).toMatchObject({ code: 0 });
    expect(conversations(takeWork())).toEqual(['continued', 'resumed-tools']);
    expect(readFileSync(filePath, 'utf8')).toBe('apples and pears');
    const [first, second, ...others] = await readWorkRuns();
    expect(others).toEqual([]);
    expect(second?.agentId).toBe(first?.agentId);
    expect(second?.prompt).toContain('now the pears');
    expect(second?.prompt).not.toContain('apples');
  });

  test('calls several tools at once', async () => {
    using openCode = start();
    const names = ['a.txt', 'b.txt', 'c.txt'];
    const calls = names.map((name, index) => ({
      tool: 'write',
      args: { filePath: openCode.join(name), content: `This is ${name}.` },
      afterMs: 300 * index,
    }));
    const steps: Steps = [
      { parallel: calls, listed: true },
      { call: { tool: 'bash', args: { command: 'cat a.txt b.txt c.txt', description: 'Show the files' } } },
      { text: 'They say: {{result.3}}' },
    ];
    await play({ prompt: 'three files', steps });
    const { code, stdout } = await openCode.run('run', 'Write three files');
    expect(code).toBe(0);
    for (const name of names) expect(readFileSync(openCode.join(name), 'utf8')).toBe(`This is ${name}.`);
    expect(stdout).toContain('They say: This is a.txt.This is b.txt.This is c.txt.');
    expect(conversations(takeWork())).toEqual(['new', 'resumed-tools', 'resumed-tools']);
    expect(await readWorkRuns()).toMatchObject([{ status: 'finished' }]);
  });

  test('lets a subagent work while the call that asked for it is open', async () => {
    using openCode = start();
    const filePath = openCode.join('from-below.txt');
    const task = { description: 'Write a file', prompt: 'You are below', subagent_type: 'general' };
    await play(
      {
        prompt: 'You are below',
        steps: [{ call: { tool: 'write', args: { filePath, content: 'deep' } } }, { text: 'It is written.' }],
      },
      {
        prompt: 'Delegate this',
        steps: [{ call: { tool: 'task', args: task } }, { text: 'The subagent said: {{result.0}}' }],
      },
    );
    const { code, stdout } = await openCode.run('run', 'Delegate this');
    expect(code).toBe(0);
    expect(stdout).toContain('It is written.');
    expect(readFileSync(filePath, 'utf8')).toBe('deep');
    const work = takeWork();
    const [parent, child] = work.map(({ headers }) => headers['x-session-affinity']);
    expect(work.map(({ headers }) => headers['x-session-affinity'])).toEqual([parent, child, child, parent]);
    expect(work[1]?.headers['x-parent-session-id']).toBe(parent);
    expect(conversations(work)).toEqual(['new', 'new', 'resumed-tools', 'resumed-tools']);
    expect(await readWorkRuns()).toMatchObject([{ status: 'finished' }, { status: 'finished' }]);
  });

  test('sends images of its user, and those that a tool read', async () => {
    using openCode = start();
    const filePath = openCode.join('dot.png');
    writeFileSync(filePath, dot);
    const steps: Steps = [{ call: { tool: 'read', args: { filePath } } }, { text: 'I saw it: {{result.0}}' }];
    await play({ prompt: 'Look at this', steps });
    const { code, stdout } = await openCode.run('run', '--file', filePath, '--', 'Look at this');
    expect(code).toBe(0);
    expect(stdout).toContain('Attached media from tool result:');
    expect(conversations(takeWork())).toEqual(['new', 'resumed-tools']);
    const [run, ...others] = await readWorkRuns();
    expect(others).toEqual([]);
    expect(run?.images).toMatchObject([{ mimeType: 'image/png', sizeBytes: dot.length }]);
    expect(run?.toolResults).toMatchObject([{ tool: 'read', text: expect.stringContaining('[image/png image') }]);
  });

  test.each([
    { name: 'the plain route', route: '/opencode/v1', model: 'composer-2.5', provider: 'portside' },
    {
      name: 'a key that begins with opencode',
      route: '/opencodev2/v1',
      model: 'composer-2.5-sdk',
      provider: 'opencode-x',
    },
  ])('works with $name', async ({ route, model, provider }) => {
    using openCode = start({
      configure(config) {
        const [given] = Object.values(config.provider);
        if (given === undefined) throw new Error('The README names no provider.');
        const options = { ...given.options, baseURL: given.options.baseURL.replace('/opencodev2/v1', route) };
        return {
          ...config,
          model: `${provider}/${model}`,
          provider: { [provider]: { ...given, options, models: { [model]: { name: model } } } },
        };
      },
    });
    await play({ prompt: 'Are you there', steps: [{ text: 'Yes, I am.' }] });
    expect(await openCode.run('run', 'Are you there?')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Yes, I am.'),
    });
    const work = takeWork();
    expect(work).toMatchObject([{ path: `${route}/chat/completions`, body: { model }, conversation: 'new' }]);
    const affinity = provider.startsWith('opencode') ? 'x-opencode-session' : 'x-session-affinity';
    expect(work[0]?.headers[affinity]).toMatch(/^ses_/);
    expect(await readWorkRuns()).toMatchObject([{ model: { id: 'composer-2.5' } }]);
  });

  test('gives up at once where the token is wrong', async () => {
    using openCode = start({ token: 'not-the-token' });
    await play();
    const { stdout, stderr } = await openCode.run('run', 'Are you there?');
    expect(stdout + stderr).toMatch(/token/i);
    const { exchanges, problems } = proxy.take();
    expect(problems).toEqual([]);
    expect(exchanges.map(({ status }) => status)).toEqual([401, 401]);
    expect(await portside.simulator.runs()).toEqual([]);
  });
});
