import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/gateway-error.ts';
import { runs } from '../fixtures/runs.ts';
import { CLIENT } from '../support/start-app.ts';
import { CHAT, chat, GENERATE, post, readJson, startOllama } from '../support/start-ollama.ts';

describe('what is loaded', () => {
  const listRunning = async (app: Awaited<ReturnType<typeof startOllama>>) =>
    (await readJson(await app.fetch('/api/ps'))).models.map(({ name }: { name: string }) => name);

  test('is what was asked to be, until it is unloaded', async () => {
    await using app = await startOllama();
    expect(await listRunning(app)).toEqual([]);
    for (const [path, body, said] of [
      [CHAT, chat({ messages: [] }), { message: { role: 'assistant', content: '' } }],
      [GENERATE, { model: 'plain-1' }, { response: '' }],
    ] as const) {
      const answer = await readJson(await app.fetch(path, post(body)));
      expect(answer).toEqual({
        model: body.model,
        created_at: expect.any(String),
        ...said,
        done: true,
        done_reason: 'load',
      });
    }
    expect((await listRunning(app)).toSorted()).toEqual(['composer-2.5', 'plain-1']);
    const unloaded = await readJson(await app.fetch(GENERATE, post({ model: 'plain-1', keep_alive: 0 })));
    expect(unloaded).toMatchObject({ done: true, done_reason: 'unload' });
    expect(await listRunning(app)).toEqual(['composer-2.5']);
    expect(app.requests).toEqual([]);
  });

  test('is what answers, by whatever wire, and for some minutes after', async () => {
    const gate = Promise.withResolvers<void>();
    await using app = await startOllama([
      ...(runs['text'] ?? []).slice(0, 3),
      gate.promise,
      ...(runs['text'] ?? []).slice(3),
    ]);
    const response = await app.fetch(
      '/v1/chat/completions',
      post({ messages: [{ role: 'user', content: 'Hi' }], stream: true }),
    );
    expect(await listRunning(app)).toEqual(['composer-2.5']);
    gate.resolve();
    await response.text();
    const { models } = await readJson(await app.fetch('/api/ps'));
    expect(models).toMatchObject([{ name: 'composer-2.5', size: 0, size_vram: 0, context_length: expect.any(Number) }]);
    const left = Date.parse(models[0].expires_at) - Date.now();
    expect(left).toBeGreaterThan(200_000);
    expect(left).toBeLessThanOrEqual(300_000);
  });

  test('does not name what Cursor refused to run', async () => {
    const error = new GatewayError('rate_limited', 'Slow down.').toFailure();
    await using app = await startOllama([{ type: 'run-error', error }]);
    await app.fetch(CHAT, post({ ...chat(), keep_alive: '5m' }));
    expect(await listRunning(app)).toEqual([]);
  });

  test('an unknown model cannot be', async () => {
    await using app = await startOllama();
    expect((await app.fetch(GENERATE, post({ model: 'llama3.2' }))).status).toBe(404);
  });
});

test('models are listed and shown', async () => {
  await using app = await startOllama();
  expect(await readJson(await app.fetch('/api/version'))).toEqual({ version: expect.stringMatching(/^0\.\d+\.\d+$/) });
  const { models } = await readJson(await app.fetch('/api/tags'));
  expect(models.map(({ model }: { model: string }) => model)).toEqual(['composer-2.5', 'plain-1']);
  for (const body of [{ model: 'composer:latest', verbose: true }, { name: 'composer-2.5' }]) {
    const shown = await app.fetch('/api/show', post(body, { 'Content-Type': 'application/x-www-form-urlencoded' }));
    expect([shown.status, shown.headers.get('x-portside-ignored')]).toEqual([
      200,
      'verbose' in body ? 'verbose' : null,
    ]);
    expect(await readJson(shown)).toMatchObject({
      model_info: { 'general.basename': 'Composer 2.5' },
      capabilities: ['completion', 'tools', 'vision', 'insert', 'thinking'],
    });
  }
  const unknown = await app.fetch('/api/show', post({ model: 'llama3.2' }));
  expect([unknown.status, await unknown.json()]).toEqual([404, { error: expect.stringMatching(/llama3\.2/) }]);
});

test('a token for some models sees and uses no others', async () => {
  await using app = await startOllama('text', {
    authentication: {
      authenticate: async () => ({ ...CLIENT, models: ['plain-1'] }),
      noteRefusedKey: () => {},
    },
  });
  const { models } = await readJson(await app.fetch('/api/tags'));
  expect(models).toMatchObject([{ name: 'plain-1' }]);
  expect((await app.fetch('/api/show', post({ model: 'plain-1' }))).status).toBe(200);
  for (const [path, body] of [
    ['/api/show', { model: 'composer-2.5' }],
    [CHAT, chat()],
    [GENERATE, { model: 'composer-2.5' }],
  ] as const) {
    const response = await app.fetch(path, post(body));
    expect([response.status, await response.json()]).toEqual([403, { error: expect.stringMatching(/may not use/) }]);
  }
});
