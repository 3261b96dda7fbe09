import { AuthenticationError, InternalServerError, RateLimitError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useContract } from '../support/contract-client.ts';
import { type SimulatorProcess, startSimulatorProcess } from '../support/simulator-process.ts';

let simulator: SimulatorProcess | undefined;
const simulatorUrl = (): string => simulator?.url ?? '';

beforeAll(async () => {
  simulator = await startSimulatorProcess();
});
afterAll(async () => {
  await simulator?.[Symbol.asyncDispose]();
});

const ask = () => ({ model: 'composer-2.5', messages: [{ role: 'user' as const, content: 'Go' }] });

describe.each([
  { key: 'crsr_invalid_x', class: AuthenticationError, status: 401, type: 'authentication_error' },
  { key: 'crsr_limited_x', class: RateLimitError, status: 429, type: 'rate_limit_error' },
])('with the key $key', ({ key, class: errorClass, status, type }) => {
  const contract = useContract(() => ({
    args: [],
    simulatorUrl: simulatorUrl(),
    env: { CURSOR_API_KEY: key, PORTSIDE_BACKEND_URL: simulatorUrl() },
  }));

  test.each([false, true, false])('a request is refused (stream: %s)', async (stream) => {
    const error: unknown = await contract()
      .openai.chat.completions.create({ ...ask(), stream })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({ status, type, param: null });
    expect((error as Error).message).not.toContain(key);
  });

  test('the list of models is the default model alone', async () => {
    const { data } = await contract().openai.models.list();
    expect(data.map(({ id }) => id)).toEqual(['composer-2.5']);
    expect(await contract().openai.models.retrieve('composer-2.5')).toMatchObject({
      id: 'composer-2.5',
      owned_by: 'cursor',
    });
  });

  test('the server is well all the same', async () => {
    await contract().openai.models.list();
    const response = await fetch(`${contract().portside.url}/health`);
    expect(response.status).toBe(200);
  });
});

describe('with a request timeout of 1 s', () => {
  const contract = useContract(() => ({ env: { PORTSIDE_REQUEST_TIMEOUT_S: '1' } }));

  test.each([
    { name: 'stalls', steps: [{ stall: true as const }] },
    { name: 'is slow', steps: [{ sleepMs: 5000 }, { text: 'late' }] },
  ])('an upstream that $name ends in a timeout', async ({ steps }) => {
    const { openai, portside } = contract();
    for (const stream of [false, true]) {
      await portside.simulator.setScenario(steps);
      const error: unknown = await openai.chat.completions
        .create({ ...ask(), stream })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InternalServerError);
      expect(error).toMatchObject({ status: 504, type: 'timeout_error', code: 'timeout', param: null });
      await expect.poll(async () => (await portside.simulator.onlyRun()).status, { timeout: 3000 }).toBe('cancelled');
    }
  });

  test('an upstream that stalls within a stream ends it with an error', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario([{ text: 'Half' }, { stall: true }]);
    let text = '';
    const read = async () => {
      for await (const chunk of await openai.chat.completions.create({ ...ask(), stream: true }))
        text += chunk.choices[0]?.delta.content ?? '';
    };
    await expect(read()).rejects.toMatchObject({ type: 'timeout_error', code: 'timeout' });
    expect(text).toBe('Half');
  });

  test('an upstream that keeps talking may take longer', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario([{ text: 'abcdefgh', chunk: 1, everyMs: 250 }]);
    const { choices } = await openai.chat.completions.create(ask());
    expect(choices[0]?.message.content).toBe('abcdefgh');
  });
});
