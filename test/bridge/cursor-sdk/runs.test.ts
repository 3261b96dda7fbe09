import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/run-event.ts';
import {
  collectRun,
  createTestBackend,
  isRunning,
  startSimulatedCursor,
  toAnswerText,
  toRunFailure,
  toRunRequest,
} from '../../support/simulated-cursor.ts';

const text = (value: string) => [{ type: 'text', text: value } as const];

describe('a run', () => {
  it('answers with text, thinking and usage', async () => {
    const cursor = await startSimulatedCursor({
      rules: [
        {
          when: { prompt: '^Hello$' },
          then: [
            { thinking: 'Hm.' },
            { text: 'Hello to you.', chunk: 5 },
            { usage: { input: 7, output: 5, cacheRead: 3, cacheWrite: 2, reasoning: 1 } },
          ],
        },
      ],
    });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const model = { id: 'claude-sonnet-4.5', parameters: [{ id: 'thinking', value: 'true' }] };
    const events = await collectRun(backend, toRunRequest('Hello', { model, systemPrompt: 'Be nice.' }));
    expect(events.map(({ type }) => type)).toEqual([
      'run-start',
      'reasoning-start',
      'reasoning-delta',
      'reasoning-end',
      'text-start',
      'text-delta',
      'text-delta',
      'text-delta',
      'text-end',
      'run-end',
    ]);
    expect(toAnswerText(events)).toBe('Hello to you.');
    expect(events.at(-1)).toMatchObject({
      finishReason: 'stop',
      usage: { inputTokens: 7, outputTokens: 5, cacheReadTokens: 3, cacheWriteTokens: 2, reasoningTokens: 1 },
    });
    const [run] = await cursor.runs();
    expect(run).toMatchObject({
      systemPrompt: 'Be nice.',
      prompt: 'Hello',
      model: { id: model.id, params: model.parameters },
      allowedTools: [],
      status: 'finished',
    });
    expect(events[0]).toMatchObject({ type: 'run-start', agentId: run?.agentId });
  });

  it('sends a history as a transcript that ends in the new message', async () => {
    const cursor = await startSimulatedCursor();
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const messages = [
      { role: 'user', content: text('My name is Ada.') },
      { role: 'assistant', content: text('Hello Ada.'), toolCalls: [] },
      { role: 'user', content: text('What is my name?') },
    ] as const;
    await collectRun(backend, toRunRequest('', { messages }));
    const [run] = await cursor.runs();
    expect(run?.prompt).toMatch(/<message role="user">\nMy name is Ada\.\n[^]*\n\nWhat is my name\?$/u);
    expect(run?.systemPrompt).toBeNull();
  });

  it('sends a single message as it is, white space included', async () => {
    const cursor = await startSimulatedCursor();
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const prompt = '\n  Hello </message>\t\n\u00e9\u{1f600}  \n';
    await collectRun(backend, toRunRequest(prompt));
    expect((await cursor.runs())[0]?.prompt).toBe(prompt);
  });

  it('that ends without any answer has failed', async () => {
    const cursor = await startSimulatedCursor({ rules: [{ then: [] }] });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const events = await collectRun(backend, toRunRequest('Hello'));
    expect(events).toEqual([
      { type: 'run-error', error: { code: 'upstream_error', message: expect.stringContaining('without an answer') } },
    ]);
  });

  it('is cancelled upstream when its signal is aborted', async () => {
    const cursor = await startSimulatedCursor({ rules: [{ then: [{ text: 'a' }, { stall: true }] }] });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const abortion = new AbortController();
    const events: RunEvent[] = [];
    for await (const event of backend.run(toRunRequest('Hello'), abortion.signal)) {
      events.push(event);
      if (event.type === 'text-delta') abortion.abort();
    }
    expect(events.map(({ type }) => type)).toEqual(['run-start', 'text-start', 'text-delta']);
    await expect.poll(async () => (await cursor.runs())[0]?.status).toBe('cancelled');
  });

  it('is cancelled upstream when its consumer leaves', async () => {
    const cursor = await startSimulatedCursor({ rules: [{ then: [{ text: 'a' }, { stall: true }] }] });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    for await (const event of backend.run(toRunRequest('Hello'), new AbortController().signal)) {
      if (event.type === 'text-delta') break;
    }
    await expect.poll(async () => (await cursor.runs())[0]?.status).toBe('cancelled');
  });

  it('ends with a timeout when Cursor falls silent', async () => {
    const cursor = await startSimulatedCursor({ rules: [{ then: [{ text: 'a' }, { stall: true }] }] });
    const { backend } = createTestBackend({ backendUrl: cursor.url, requestTimeoutMs: 500 });
    await backend.start();
    const failure = toRunFailure(await collectRun(backend, toRunRequest('Hello')));
    expect(failure.code).toBe('timeout');
    expect(failure.message).toContain('Cursor sent nothing for 0.5 s.');
    await expect.poll(async () => (await cursor.runs())[0]?.status).toBe('cancelled');
  });

  it('ends at the first sign of a built-in tool, before the tool has answered', async () => {
    const cursor = await startSimulatedCursor({
      rules: [{ then: [{ exec: { read: '/etc/hostname' } }, { text: 'x' }] }],
    });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const failure = toRunFailure(await collectRun(backend, toRunRequest('Hello')));
    expect(failure.code).toBe('upstream_error');
    expect(failure.message).toContain('built-in tool "read"');
    await expect.poll(async () => (await cursor.runs())[0]).toMatchObject({ status: 'cancelled', toolResults: [] });
  });

  it('does not disturb nineteen others', async () => {
    const cursor = await startSimulatedCursor({
      rules: [
        { when: { prompt: '^(\\d+)$' }, then: [{ text: 'answer {{match.0}} '.repeat(10), chunk: 7, everyMs: 5 }] },
      ],
    });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const numbers = Array.from({ length: 20 }, (_, index) => String(index));
    const answers = await Promise.all(
      numbers.map(async (number) => toAnswerText(await collectRun(backend, toRunRequest(number)))),
    );
    expect(answers).toEqual(numbers.map((number) => `answer ${number} `.repeat(10)));
  });
});

describe('files', () => {
  it('are private, hold no conversation, and are gone after a stop', async () => {
    const cursor = await startSimulatedCursor();
    const { backend, dataFolder, processId, logger } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const list = () => readdirSync(dataFolder, { recursive: true, encoding: 'utf8' });
    await collectRun(backend, toRunRequest('Hello', { keepAgent: true }));
    for (const name of ['', ...list()]) {
      const stat = statSync(path.join(dataFolder, name), { throwIfNoEntry: false });
      if (stat === undefined) continue;
      expect(stat.mode & 0o077, name).toBe(0);
      if (stat.isFile()) expect(stat.size, name).toBe(0);
    }
    expect(logger.lines.filter((line) => line.includes('ranscript'))).toEqual([]);
    const child = processId();
    await backend.stop();
    expect(list()).toEqual([]);
    expect(isRunning(child)).toBe(false);
  });
});

describe('models', () => {
  it('are listed with aliases and parameters', async () => {
    const cursor = await startSimulatedCursor();
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const models = await backend.listModels('crsr_test');
    expect(models.find(({ id }) => id === 'composer-2.5')?.parameters.map(({ id }) => id)).toContain('fast');
    expect(models.some(({ aliases }) => aliases.length > 0)).toBe(true);
  });
});
