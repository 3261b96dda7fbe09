import { describe, expect, test } from 'vitest';
import { completeChat } from '../support/complete-chat.ts';
import { startPortside } from '../support/portside-process.ts';
import { findDescendants, findRunning } from '../support/process-tree.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';

const LIMIT_MS = 2000;
const LOOK = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };

describe.each(['SIGTERM', 'SIGINT'] as const)('%s with runs that wait for the results of tool calls', (signal) => {
  test.each([false, true])('ends them upstream, and the server within 2 s (stream: %s)', async (isStream) => {
    await using simulator = await startSimulatorProcess();
    await using portside = await startPortside({
      args: [],
      env: { PORTSIDE_BACKEND_URL: simulator.url, CURSOR_API_KEY: 'crsr_test' },
      simulatorUrl: simulator.url,
    });
    await simulator.setScenario([{ text: 'I look.' }, { call: { tool: 'look' } }, { text: 'late' }]);
    const ask = (content: string, headers = {}) =>
      completeChat(portside.fetch, { messages: [{ role: 'user', content }], tools: [LOOK] }, { isStream, headers });
    const answers = [await ask('One'), await ask('Two'), await ask('Three', { 'X-Cursor-Session-ID': 'three' })];
    expect(answers.map(({ finishReason }) => finishReason)).toEqual(['tool_calls', 'tool_calls', 'tool_calls']);
    const statuses = async () => (await simulator.runs()).map(({ status }) => status);
    expect(await statuses()).toEqual(['running', 'running', 'running']);
    const children = findDescendants(portside.serverPid);

    const startedAt = performance.now();
    expect(await portside.stop(signal)).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
    expect(findRunning(children)).toEqual([]);
    await expect.poll(statuses, { timeout: LIMIT_MS }).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(portside.stderr()).not.toMatch(/^ {4}at /m);
  });
});

test('a run that waits too long for its results is ended, and they are not lost', async () => {
  await using portside = await startPortside({ env: { PORTSIDE_TOOL_RESULT_TIMEOUT_S: '1' } });
  await portside.simulator.setScenario([{ text: 'I look.' }, { call: { tool: 'look' } }, { text: 'late' }]);
  const question = { role: 'user', content: 'Look.' };
  const called = await completeChat(portside.fetch, { messages: [question], tools: [LOOK] });
  const status = async () => (await portside.simulator.onlyRun()).status;
  expect(await status()).toBe('running');
  await expect.poll(status, { timeout: 5000 }).toBe('cancelled');
  await portside.simulator.setScenario([{ text: 'It is red.' }]);
  const result = { role: 'tool', tool_call_id: called.message.tool_calls?.[0]?.id, content: 'red' };
  const messages = [question, called.message, result];
  const answer = await completeChat(portside.fetch, { messages, tools: [LOOK] });
  expect(answer).toMatchObject({ status: 200, conversation: 'rebuilt', text: 'It is red.' });
  expect((await portside.simulator.onlyRun()).prompt).toContain('\nred\n');
});

test('beyond the limit of waiting runs, the one that has waited longest is ended', async () => {
  await using portside = await startPortside({ env: { PORTSIDE_MAX_HELD_RUNS: '2' } });
  await portside.simulator.setScenario([{ call: { tool: 'look' } }, { text: 'late' }]);
  for (const content of ['One', 'Two', 'Three'])
    await completeChat(portside.fetch, { messages: [{ role: 'user', content }], tools: [LOOK] });
  await expect
    .poll(async () => (await portside.simulator.runs()).map(({ status }) => status), { timeout: 5000 })
    .toEqual(['cancelled', 'running', 'running']);
});
