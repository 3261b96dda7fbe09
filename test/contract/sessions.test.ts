import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ChatOutcome, completeChat } from '../support/complete-chat.ts';
import { useContract } from '../support/contract-client.ts';
import { type PortsideOptions, type PortsideProcess, startPortside } from '../support/portside-process.ts';
import { findBridge } from '../support/process-tree.ts';
import type { Steps } from '../support/simulator-control.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const contract = useContract();

const MODES = [false, true] as const;
const ALICE = { role: 'user', content: 'My name is Alice.' };
const WHO = { role: 'user', content: 'What is my name?' };
const LOOK = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
const NOT_FOUND = [
  404,
  { error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: null } },
];

/** What the simulator says where no rule matches. */
const echo = (text: string): string => `This is Portside's simulator. You said: "${text}"`;

interface Options {
  readonly isStream?: boolean;
  readonly from?: Pick<PortsideProcess, 'fetch'>;
}

/** A turn of a session. */
const say = (
  session: string,
  body: object,
  { isStream = false, from = contract() }: Options = {},
): Promise<ChatOutcome> => completeChat(from.fetch, body, { isStream, headers: { 'X-Cursor-Session-ID': session } });

/** A request to the routes of sessions: the status and the body. */
const manage = async (
  method: string,
  route: string,
  body?: object,
  { portside }: { readonly portside: Pick<PortsideProcess, 'fetch'> } = contract(),
): Promise<[status: number, body: unknown]> => {
  const response = await portside.fetch(`/v1/sessions${route}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return [response.status, await response.json()];
};

const start = async (options: PortsideOptions = {}): Promise<PortsideProcess> => {
  const portside = await startPortside(options);
  onTestFinished(() => portside[Symbol.asyncDispose]());
  // Each test has to have had an answer of the server that all share.
  await contract().openai.models.list();
  return portside;
};

const killBridge = ({ serverPid }: PortsideProcess): void => {
  const bridge = findBridge(serverPid);
  if (bridge === undefined) throw new Error('There is no bridge.');
  process.kill(bridge.pid, 'SIGKILL');
};

const createHome = (): string => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  return folder.join('home');
};

/** The files below a folder that have a text in their names or in their bytes. */
const findFilesWith = (folder: string, text: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const file = path.join(folder, name);
    try {
      return name.includes(text) || (statSync(file).isFile() && readFileSync(file).includes(text));
    } catch {
      return false; // It was removed meanwhile.
    }
  });

const untilLastRunIs = (status: string, { simulator }: Pick<PortsideProcess, 'simulator'> = contract().portside) =>
  expect.poll(async () => (await simulator.runs()).at(-1)?.status, { timeout: 5000 }).toBe(status);

describe.each(MODES)('a session (stream: %s)', (isStream) => {
  test('lives as cursorpipe’s does', async () => {
    const id = `my-session-${isStream}`;
    await contract().portside.simulator.setScenario({});
    const first = await say(id, { model: 'composer-2.5', messages: [ALICE] }, { isStream });
    expect(first).toMatchObject({ status: 200, conversation: 'new', body: { cursor_metadata: { session_id: id } } });
    expect(first.headers.get('x-cursor-session-id')).toBe(id);
    const second = await say(id, { model: 'composer-2.5', messages: [WHO] }, { isStream });
    expect(second).toMatchObject({ conversation: 'continued', body: { cursor_metadata: { session_id: id } } });
    expect(second.headers.get('x-cursor-session-id')).toBe(id);

    const [one, two] = await contract().portside.simulator.runs();
    expect(two).toMatchObject({
      agentId: one?.agentId,
      prompt: WHO.content,
      history: [{ text: ALICE.content }, { text: echo(ALICE.content) }],
    });

    const entry = { id, model: 'composer-2.5', created_at: TIME, last_used_at: TIME };
    const [status, got] = await manage('GET', `/${id}`);
    expect([status, got]).toEqual([200, entry]);
    expect(Object.keys(got as object)).toEqual(['id', 'model', 'created_at', 'last_used_at']);
    const [listStatus, list] = await manage('GET', '');
    expect([listStatus, list]).toEqual([200, { object: 'list', data: expect.arrayContaining([got]) }]);
    expect(Object.keys(list as object)).toEqual(['object', 'data']);

    const [deleteStatus, deleted] = await manage('DELETE', `/${id}`);
    expect([deleteStatus, JSON.stringify(deleted)]).toEqual([200, JSON.stringify({ deleted: true, id })]);
    expect(await manage('GET', `/${id}`)).toEqual(NOT_FOUND);
    expect(await manage('DELETE', `/${id}`)).toEqual(NOT_FOUND);
    expect(await manage('GET', '')).toEqual([200, { object: 'list', data: expect.not.arrayContaining([got]) }]);
    const fresh = await say(id, { messages: [WHO] }, { isStream });
    expect(fresh.conversation).toBe('new');
    expect((await contract().portside.simulator.runs()).at(-1)).toMatchObject({ prompt: WHO.content, history: [] });
  });

  test('can be made before its first turn', async () => {
    await contract().portside.simulator.setScenario({});
    const [status, made] = await manage('POST', '', { model: 'claude-opus-4.5' });
    expect([status, made]).toEqual([
      200,
      {
        id: expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/),
        model: 'claude-opus-4.5',
        created_at: TIME,
        last_used_at: TIME,
      },
    ]);
    expect(Object.keys(made as object)).toEqual(['id', 'model', 'created_at', 'last_used_at']);
    const { id } = made as { id: string };
    // The model is the session's where the request names none.
    const first = await say(id, { messages: [ALICE] }, { isStream });
    expect(first).toMatchObject({ conversation: 'new', body: { model: 'claude-opus-4.5' } });
    expect((await contract().portside.simulator.onlyRun()).model.id).toBe('claude-opus-4.5');
  });

  test('takes the whole conversation as well', async () => {
    const id = `whole-${isStream}`;
    await contract().portside.simulator.setScenario({});
    const system = { role: 'system', content: 'Be nice.' };
    const first = await say(id, { messages: [system, ALICE] }, { isStream });
    const messages = [system, ALICE, { ...first.message, content: ` ${first.text}` }, WHO];
    const second = await say(id, { messages }, { isStream });
    expect(second.conversation).toBe('continued');
    // The session keeps its system prompt where the request has none.
    const third = await say(id, { messages: [{ role: 'user', content: 'Really?' }] }, { isStream });
    expect(third.conversation).toBe('continued');
    const runs = await contract().portside.simulator.runs();
    expect(new Set(runs.map(({ agentId }) => agentId)).size).toBe(1);
    expect(runs.map(({ prompt, systemPrompt, history }) => [prompt, systemPrompt, history.length])).toEqual([
      [ALICE.content, 'Be nice.', 0],
      [WHO.content, 'Be nice.', 2],
      ['Really?', 'Be nice.', 4],
    ]);
  });

  test('takes another model from that turn on', async () => {
    const id = `models-${isStream}`;
    await contract().portside.simulator.setScenario({});
    await say(id, { model: 'composer-2.5', messages: [ALICE] }, { isStream });
    const second = await say(id, { model: 'opus-4.5', messages: [WHO] }, { isStream });
    expect(second).toMatchObject({ status: 200, conversation: 'new', body: { model: 'claude-opus-4.5' } });
    expect(await manage('GET', `/${id}`)).toMatchObject([200, { model: 'claude-opus-4.5' }]);
    const third = await say(id, { messages: [{ role: 'user', content: 'Really?' }] }, { isStream });
    expect(third).toMatchObject({ status: 200, conversation: 'continued', body: { model: 'claude-opus-4.5' } });
    const runs = await contract().portside.simulator.runs();
    expect(runs.map(({ model }) => model.id)).toEqual(['composer-2.5', 'claude-opus-4.5', 'claude-opus-4.5']);
    expect(runs[1]?.prompt).toContain(ALICE.content);
    expect(runs[1]?.prompt.endsWith(`\n\n${WHO.content}`)).toBe(true);
    expect(runs[2]?.prompt).toBe('Really?');
  });

  test('calls tools', async () => {
    const id = `tools-${isStream}`;
    await contract().portside.simulator.setScenario({
      rules: [
        { when: { prompt: 'Alice' }, then: [{ call: { tool: 'look' } }, { text: 'It is {{result.0}}.' }] },
        { then: [{ text: 'You are Alice.' }] },
      ],
    });
    const called = await say(id, { messages: [ALICE], tools: [LOOK] }, { isStream });
    expect(called).toMatchObject({ finishReason: 'tool_calls', body: { cursor_metadata: { session_id: id } } });
    const tool_call_id = called.message.tool_calls?.[0]?.id;
    const result = { role: 'tool', tool_call_id, content: 'red' };
    // Only the result is new.
    const resumed = await say(id, { messages: [result], tools: [LOOK] }, { isStream });
    expect(resumed).toMatchObject({ status: 200, conversation: 'resumed-tools', text: 'It is red.' });
    const last = await say(id, { messages: [WHO], tools: [LOOK] }, { isStream });
    expect(last).toMatchObject({ conversation: 'continued', text: 'You are Alice.' });
    const runs = await contract().portside.simulator.runs();
    expect(runs).toHaveLength(2);
    expect(runs[1]).toMatchObject({ agentId: runs[0]?.agentId, prompt: WHO.content });
  });

  test('takes one request at a time', async () => {
    const id = `busy-${isStream}`;
    const { portside } = contract();
    await portside.simulator.setScenario([{ text: 'Well' }, { sleepMs: 300_000 }]);
    const controller = new AbortController();
    const init = {
      method: 'POST',
      body: JSON.stringify({ messages: [ALICE], stream: isStream }),
      headers: { 'X-Cursor-Session-ID': id },
      signal: controller.signal,
    };
    const busy = portside.fetch('/v1/chat/completions', init).catch(() => null);
    await untilLastRunIs('running');
    const refused = await say(id, { messages: [WHO] }, { isStream });
    expect([refused.status, refused.body.error?.message]).toEqual([409, expect.stringContaining(id)]);
    expect(refused.headers.get('x-cursor-session-id')).toBe(id);
    await portside.simulator.setScenario({});
    const other = await say(`${id}-other`, { messages: [WHO] }, { isStream });
    expect(other.status).toBe(200);
    controller.abort();
    await busy;
    await expect
      .poll(async () => (await say(id, { messages: [WHO] }, { isStream })).status, { timeout: 5000 })
      .toBe(200);
  });

  test.each<{ name: string; fields: object; answer: string; finishReason: string }>([
    { name: 'a stop sequence', fields: { stop: [' four'] }, answer: 'one two three', finishReason: 'stop' },
    { name: 'the token limit', fields: { max_tokens: 2 }, answer: 'one two', finishReason: 'length' },
  ])('goes on from the answer as the client saw it after $name', async ({ fields, answer, finishReason }) => {
    const id = `cut-${finishReason}-${isStream}`;
    const { simulator } = contract().portside;
    await simulator.setScenario([{ text: 'one two three four five' }, { sleepMs: 300_000 }]);
    const cut = await say(id, { messages: [ALICE], ...fields }, { isStream });
    expect(cut).toMatchObject({ text: answer, finishReason });
    await untilLastRunIs('cancelled');
    await simulator.setScenario({});
    expect((await say(id, { messages: [WHO] }, { isStream })).conversation).toBe('rebuilt');
    const { prompt } = await simulator.onlyRun();
    expect(prompt).toContain(`<message role="assistant">\n${answer}\n</message>`);
    expect(prompt).toContain(ALICE.content);
  });

  test.each<{ name: string; fields: object; steps: Steps }>([
    { name: 'thinking alone', fields: {}, steps: [{ thinking: 'Hm.' }] },
    { name: 'a stop sequence at once', fields: { stop: 'Hello' }, steps: [{ text: 'Hello' }, { sleepMs: 300_000 }] },
    {
      name: 'the token limit before any text',
      fields: { max_completion_tokens: 2 },
      steps: [{ thinking: 'I have to think about this.' }, { text: 'Hello' }, { sleepMs: 300_000 }],
    },
  ])('keeps the message of a turn whose answer is empty: $name', async ({ name, fields, steps }) => {
    const id = `empty-${name.replaceAll(' ', '-')}-${isStream}`;
    const { simulator } = contract().portside;
    await simulator.setScenario(steps);
    expect(await say(id, { messages: [ALICE], ...fields }, { isStream })).toMatchObject({ status: 200, text: '' });
    expect((await manage('GET', `/${id}`))[0]).toBe(200);
    await simulator.setScenario({});
    expect((await say(id, { messages: [WHO] }, { isStream })).status).toBe(200);
    const run = await simulator.onlyRun();
    expect(JSON.stringify([run.prompt, run.history])).toContain(ALICE.content);
  });

  test('forgets a turn that failed', async () => {
    const id = `failed-${isStream}`;
    const { simulator } = contract().portside;
    await simulator.setScenario([{ fail: { code: 'resource_exhausted', message: 'Not today.' } }]);
    const failed = await say(id, { messages: [ALICE] }, { isStream });
    expect(failed).toMatchObject({ status: 429, body: { error: { message: expect.stringContaining('Not today.') } } });
    expect(await manage('GET', `/${id}`)).toEqual(NOT_FOUND);
    await simulator.setScenario({});
    await say(id, { messages: [ALICE] }, { isStream });
    await simulator.setScenario([{ fail: { code: 'resource_exhausted', message: 'Not today.' } }]);
    expect((await say(id, { messages: [{ role: 'user', content: 'Lost?' }] }, { isStream })).status).toBe(429);
    await simulator.setScenario({});
    expect((await say(id, { messages: [WHO] }, { isStream })).status).toBe(200);
    const { prompt } = await simulator.onlyRun();
    expect(prompt).toContain(ALICE.content);
    expect(prompt).not.toContain('Lost?');
  });

  test('is told anew after its bridge was lost', async () => {
    const id = `bridge-${isStream}`;
    const { portside } = contract();
    await portside.simulator.setScenario({});
    await say(id, { messages: [ALICE] }, { isStream });
    killBridge(portside);
    const again = await say(id, { messages: [WHO] }, { isStream });
    expect(again).toMatchObject({ status: 200, conversation: 'rebuilt' });
    const runs = await portside.simulator.runs();
    expect(runs.at(-1)).toMatchObject({ history: [], prompt: expect.stringContaining(ALICE.content) });
    expect(runs.at(-1)?.prompt).toContain(echo(ALICE.content));
  });
});

describe('a client that hangs up', () => {
  test('while it waits for a JSON answer has seen nothing of it', async () => {
    const { portside } = contract();
    await say('unseen', { messages: [ALICE] });
    await portside.simulator.setScenario([{ text: 'Half an answer' }, { sleepMs: 300_000 }]);
    const controller = new AbortController();
    const messages = [{ role: 'user', content: 'Never mind.' }];
    const headers = { 'X-Cursor-Session-ID': 'unseen' };
    const answer = portside.chat({ messages }, { headers, signal: controller.signal }).catch(() => null);
    await untilLastRunIs('running');
    controller.abort();
    await answer;
    await untilLastRunIs('cancelled');
    await portside.simulator.setScenario({});
    await expect.poll(async () => (await say('unseen', { messages: [WHO] })).status, { timeout: 5000 }).toBe(200);
    const { prompt } = await portside.simulator.onlyRun();
    expect(prompt).toContain(ALICE.content);
    expect(prompt).not.toContain('Half an answer');
  });

  test('within a turn leaves what it saw', async () => {
    const { portside } = contract();
    await portside.simulator.setScenario([{ text: 'Half an answer' }, { sleepMs: 300_000 }]);
    const controller = new AbortController();
    const response = await portside.fetch('/v1/chat/completions', {
      method: 'POST',
      body: JSON.stringify({ messages: [ALICE], stream: true }),
      headers: { 'X-Cursor-Session-ID': 'hung-up' },
      signal: controller.signal,
    });
    let seen = '';
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      seen += decoder.decode(bytes, { stream: true });
      if (seen.includes('answer')) break;
    }
    controller.abort();
    await untilLastRunIs('cancelled');
    await portside.simulator.setScenario({});
    // The session may still be busy with letting go.
    let outcome = await say('hung-up', { messages: [WHO] });
    await expect
      .poll(async () => {
        if (outcome.status === 409) outcome = await say('hung-up', { messages: [WHO] });
        return outcome.status;
      })
      .toBe(200);
    expect(outcome.conversation).toBe('rebuilt');
    const { prompt } = await portside.simulator.onlyRun();
    expect(prompt).toContain('<message role="assistant">\nHalf an answer\n</message>');
  });
});

describe('across servers', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('a session outlives a server that %s ends', async (signal) => {
    const home = createHome();
    const before = await start({ home });
    const secret = 'The pass word is mellon.';
    await say('lasting', { messages: [{ role: 'user', content: secret }] }, { from: before });
    const [, entry] = await manage('GET', '/lasting', undefined, { portside: before });
    await before.stop(signal);
    const after = await start({ home });
    expect(await manage('GET', '/lasting', undefined, { portside: after })).toEqual([200, entry]);
    const outcome = await say('lasting', { messages: [WHO] }, { from: after });
    expect(outcome).toMatchObject({ status: 200, conversation: 'rebuilt' });
    const { prompt } = await after.simulator.onlyRun();
    expect(prompt).toContain(`<message role="user">\n${secret}\n</message>`);
    expect(prompt).toContain(`<message role="assistant">\n${echo(secret)}\n</message>`);
    expect(prompt.endsWith(`\n\n${WHO.content}`)).toBe(true);
  });

  test('a session belongs to the token that made it', async () => {
    const home = createHome();
    const ours = await start({ home, env: { PORTSIDE_TOKEN: 'ours' } });
    const theirs = await start({ home, env: { PORTSIDE_TOKEN: 'theirs' } });
    await say('private', { messages: [ALICE] }, { from: ours });
    const asOthers = (method: string, route: string, body?: object) =>
      manage(method, route, body, { portside: theirs });
    expect(await asOthers('GET', '')).toEqual([200, { object: 'list', data: [] }]);
    expect(await asOthers('GET', '/private')).toEqual(NOT_FOUND);
    expect(await asOthers('DELETE', '/private')).toEqual(NOT_FOUND);
    expect(await asOthers('POST', '', { id: 'private' })).toMatchObject([404, { error: { code: null } }]);
    for (const isStream of MODES) {
      const refused = await say('private', { messages: [WHO] }, { from: theirs, isStream });
      expect([refused.status, refused.body]).toEqual(NOT_FOUND);
    }
    expect(await theirs.simulator.runs()).toEqual([]);
    expect((await say('private', { messages: [WHO] }, { from: ours })).conversation).toBe('continued');
  });
});

describe('what is deleted is gone', () => {
  const SECRET = 'The combination is 73-19-42.';
  const expectGone = async ({ home }: PortsideProcess, texts: readonly string[]): Promise<void> => {
    for (const text of texts) await expect.poll(() => findFilesWith(home, text), { timeout: 5000 }).toEqual([]);
  };

  test('with the transcript that the SDK keeps of it', async () => {
    const portside = await start();
    await say('secret', { messages: [{ role: 'user', content: SECRET }] }, { from: portside });
    const { agentId } = await portside.simulator.onlyRun();
    expect(findFilesWith(portside.home, SECRET)).not.toEqual([]);
    expect(await manage('DELETE', '/secret', undefined, { portside })).toEqual([200, { deleted: true, id: 'secret' }]);
    await expectGone(portside, [SECRET, '73-19-42', agentId]);
  });

  test('with what a lost bridge has left of it', async () => {
    const portside = await start();
    await say('secret', { messages: [{ role: 'user', content: SECRET }] }, { from: portside });
    const { agentId } = await portside.simulator.onlyRun();
    killBridge(portside);
    expect(await manage('DELETE', '/secret', undefined, { portside })).toEqual([200, { deleted: true, id: 'secret' }]);
    await expectGone(portside, [SECRET, agentId]);
  });

  test('with what a killed server has left of it', async () => {
    const home = createHome();
    const before = await start({ home });
    await say('secret', { messages: [{ role: 'user', content: SECRET }] }, { from: before });
    const { agentId } = await before.simulator.onlyRun();
    await before.stop('SIGKILL');
    const portside = await start({ home });
    expect(await manage('DELETE', '/secret', undefined, { portside })).toEqual([200, { deleted: true, id: 'secret' }]);
    await expectGone(portside, [SECRET, agentId]);
  });

  test('when it was idle for too long', async () => {
    const portside = await start({ env: { PORTSIDE_SESSION_IDLE_MIN: '0.02' } });
    await say('secret', { messages: [{ role: 'user', content: SECRET }] }, { from: portside });
    const { agentId } = await portside.simulator.onlyRun();
    // Nobody asks for it: it goes by itself.
    await expectGone(portside, [SECRET, agentId]);
    expect(await manage('GET', '/secret', undefined, { portside })).toEqual(NOT_FOUND);
  });

  test('also where a turn is under way', async () => {
    const portside = await start();
    await portside.simulator.setScenario([{ text: 'Noted: ' }, { text: SECRET, chunk: 1, everyMs: 20 }]);
    const answer = say('secret', { messages: [{ role: 'user', content: SECRET }] }, { from: portside });
    await untilLastRunIs('running', portside);
    expect(await manage('DELETE', '/secret', undefined, { portside })).toEqual([200, { deleted: true, id: 'secret' }]);
    await answer;
    const { agentId } = await portside.simulator.onlyRun();
    await expectGone(portside, [SECRET, agentId]);
    expect(await manage('GET', '/secret', undefined, { portside })).toEqual(NOT_FOUND);
  });

  test('with the run that waits for the results of its tool calls', async () => {
    const portside = await start();
    await portside.simulator.setScenario([{ call: { tool: 'look' } }, { text: 'x' }]);
    const called = await say(
      'secret',
      { messages: [{ role: 'user', content: SECRET }], tools: [LOOK] },
      { from: portside },
    );
    expect(called.finishReason).toBe('tool_calls');
    await manage('DELETE', '/secret', undefined, { portside });
    await untilLastRunIs('cancelled', portside);
    await expectGone(portside, [SECRET]);
  });

  test('and the run that comes to wait for them afterwards', async () => {
    const portside = await start();
    await portside.simulator.setScenario([
      { text: 'Hm.' },
      { sleepMs: 500 },
      { call: { tool: 'look' } },
      { text: 'x' },
    ]);
    const messages = [{ role: 'user', content: SECRET }];
    const answer = say('secret', { messages, tools: [LOOK] }, { from: portside });
    await untilLastRunIs('running', portside);
    await manage('DELETE', '/secret', undefined, { portside });
    await answer;
    await untilLastRunIs('cancelled', portside);
    await expectGone(portside, [SECRET]);
  });
});

describe('a run that waits for tool results outside of sessions', () => {
  test('is listed, and ended by a DELETE', async () => {
    const portside = await start();
    await portside.simulator.setScenario([{ text: 'I look.' }, { call: { tool: 'look' } }, { text: 'x' }]);
    const body = { model: 'composer-2.5', messages: [ALICE], tools: [LOOK] };
    const called = await completeChat(portside.fetch, body);
    expect(called.finishReason).toBe('tool_calls');
    const entry = { id: expect.any(String), model: 'composer-2.5', created_at: TIME, last_used_at: TIME };
    const [status, list] = await manage('GET', '', undefined, { portside });
    expect([status, list]).toEqual([200, { object: 'list', data: [entry] }]);
    const [{ id }] = (list as { data: [{ id: string }] }).data;
    expect(await manage('GET', `/${id}`, undefined, { portside })).toEqual([200, { ...entry, id }]);
    expect(await manage('DELETE', `/${id}`, undefined, { portside })).toEqual([200, { deleted: true, id }]);
    await untilLastRunIs('cancelled', portside);
    expect(await manage('GET', '', undefined, { portside })).toEqual([200, { object: 'list', data: [] }]);
    expect(await manage('DELETE', `/${id}`, undefined, { portside })).toEqual(NOT_FOUND);
    // Its results begin a new run.
    await portside.simulator.setScenario({});
    const result = { role: 'tool', tool_call_id: called.message.tool_calls?.[0]?.id, content: 'red' };
    const again = await completeChat(portside.fetch, { ...body, messages: [ALICE, called.message, result] });
    expect(again).toMatchObject({ status: 200, conversation: 'rebuilt' });
    expect((await portside.simulator.onlyRun()).prompt).toContain('red');
  });
});
