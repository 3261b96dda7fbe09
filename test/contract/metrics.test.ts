import { expect, test } from 'vitest';
import { findBridge } from '../support/process-tree.ts';
import { startPortside } from '../support/portside-process.ts';
import { scrape } from '../support/scrape.ts';
import { LOOK, useChat } from '../support/use-chat.ts';

const { contract, chat, play, start } = useChat();

const read = () => scrape((path) => contract().portside.fetch(path));
const askReady = async (url: string): Promise<[status: number, body: { reason?: string }]> => {
  const response = await fetch(`${url}/ready`);
  return [response.status, JSON.parse(await response.text())];
};

const TIMEOUT = { timeout: 20_000, interval: 20 };

test('what a real run has used is counted', async () => {
  await play([{ thinking: 'Hm.' }, { text: 'Hello there.' }]);
  const before = await read();
  const outcome = await chat({ model: 'composer-2.5' });
  expect(outcome.text).toBe('Hello there.');
  const labels = { protocol: 'openai-chat', route: '/v1/chat/completions', status: '200' };
  await expect
    .poll(async () => (await read()).valueOf('portside_requests_total', labels), TIMEOUT)
    .toBe(before.valueOf('portside_requests_total', labels) + 1);
  const after = await read();
  const grown = (name: string, wanted: Readonly<Record<string, string>> = {}): number =>
    after.valueOf(name, wanted) - before.valueOf(name, wanted);
  const real = { model: 'composer-2.5', estimated: 'false' };
  const { usage } = outcome.body;
  expect(grown('portside_tokens_total', { ...real, kind: 'output' })).toBe(usage?.['completion_tokens']);
  const input = grown('portside_tokens_total', { ...real, kind: 'input' });
  expect(input + grown('portside_tokens_total', { ...real, kind: 'cached' })).toBe(usage?.['prompt_tokens']);
  expect(grown('portside_cost_usd_total', { model: 'composer-2.5' })).toBeGreaterThan(0);
  expect(grown('portside_time_to_first_delta_seconds_count')).toBe(1);
  expect(grown('portside_time_to_first_delta_seconds_sum')).toBeLessThan(10);
});

test('a run is held while a tool call is open, and its tokens are right when it has ended', async () => {
  await play([{ call: { tool: 'look' } }, { text: 'Seen.' }]);
  const before = await read();
  const asked = { model: 'composer-2.5', tools: [LOOK] };
  const first = await chat(asked);
  const [call] = first.message.tool_calls ?? [];
  expect(first.finishReason).toBe('tool_calls');
  expect((await read()).valueOf('portside_runs_held')).toBe(1);
  const user = { role: 'user', content: 'Go' };
  const result = { role: 'tool', tool_call_id: call?.id, content: 'A tree.' };
  const second = await chat({ ...asked, messages: [user, first.message, result] });
  expect(second.text).toBe('Seen.');
  const kind = { kind: 'resumed-tools' };
  await expect
    .poll(async () => (await read()).valueOf('portside_conversation_turns_total', kind), TIMEOUT)
    .toBe(before.valueOf('portside_conversation_turns_total', kind) + 1);
  const after = await read();
  expect(after.valueOf('portside_runs_held')).toBe(0);
  const output = { kind: 'output' };
  expect(after.valueOf('portside_tokens_total', output) - before.valueOf('portside_tokens_total', output)).toBe(
    Number(first.body.usage?.['completion_tokens']) + Number(second.body.usage?.['completion_tokens']),
  );
});

test('a bridge that is killed counts as restarted, its run as failed upstream; it is unready until it is warm again', async () => {
  const { portside } = contract();
  await expect.poll(() => askReady(portside.url), TIMEOUT).toEqual([200, { status: 'ready' }]);
  await play([{ sleepMs: 300_000 }]);
  const before = await read();
  const code = { code: 'bridge_unavailable' };
  const outcome = chat({ model: 'composer-2.5' });
  await expect.poll(async () => (await portside.simulator.runs()).length, TIMEOUT).toBe(1);
  const bridge = findBridge(portside.serverPid);
  if (bridge === undefined) throw new Error('There is no bridge.');
  process.kill(bridge.pid, 'SIGKILL');
  await expect
    .poll(() => askReady(portside.url), { ...TIMEOUT, interval: 5 })
    .toEqual([503, { status: 'not_ready', reason: 'restarting', message: expect.any(String) }]);
  expect((await outcome).status).toBe(503);
  await expect
    .poll(async () => (await read()).valueOf('portside_upstream_errors_total', code), TIMEOUT)
    .toBe(before.valueOf('portside_upstream_errors_total', code) + 1);
  await expect.poll(() => askReady(portside.url), TIMEOUT).toEqual([200, { status: 'ready' }]);
  const after = await read();
  const restarts = 'portside_bridge_restarts_total';
  expect([before.valueOf(restarts), after.valueOf(restarts)]).toEqual([0, 1]);
  expect(after.valueOf('portside_bridge_up')).toBe(1);
});

test.each([
  ['resource_exhausted', 'rate_limited'],
  ['internal', 'upstream_error'],
] as const)('what Cursor calls %s is counted as %s', async (failure, code) => {
  await play([{ fail: { code: failure, message: 'No.' } }]);
  const before = await read();
  await chat({ model: 'composer-2.5' });
  await expect
    .poll(async () => (await read()).valueOf('portside_upstream_errors_total', { code }), TIMEOUT)
    .toBe(before.valueOf('portside_upstream_errors_total', { code }) + 1);
});

test('with its setting, programs of this machine read it without a token', async () => {
  const portside = await start({ PORTSIDE_METRICS_WITHOUT_TOKEN: 'true' });
  const open = await fetch(`${portside.url}/metrics`);
  expect([open.status, await open.text()]).toEqual([200, expect.stringContaining('portside_build_info')]);
  expect((await fetch(`${contract().portside.url}/metrics`)).status).toBe(401);
});

test.each([
  ['a key that Cursor refuses', { CURSOR_API_KEY: 'crsr_invalid_x' }, 503, 'signed_out'],
  ['callers who bring their own keys', { PORTSIDE_PASS_THROUGH_KEYS: 'true' }, 200, undefined],
])('with %s it is alive, and ready with %j: %i', async (_name, env, status, reason) => {
  const { url: simulatorUrl } = contract().portside.simulator;
  await using portside = await startPortside({
    args: [],
    simulatorUrl,
    env: { PORTSIDE_BACKEND_URL: simulatorUrl, ...env },
  });
  await expect.poll(async () => (await fetch(`${portside.url}/health`)).status, TIMEOUT).toBe(200);
  await expect
    .poll(async () => {
      const [found, body] = await askReady(portside.url);
      return [found, body.reason];
    }, TIMEOUT)
    .toEqual([status, reason]);
  await contract().openai.models.list();
});
