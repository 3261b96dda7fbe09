import { APIUserAbortError } from 'openai';
import { describe, expect, test } from 'vitest';
import { useContract } from '../support/contract-client.ts';
import type { Steps } from '../support/simulator-control.ts';

const contract = useContract();

/** None of these would end by itself within a test. */
const SILENT: Steps = [{ sleepMs: 300_000 }, { text: 'late' }];
const TALKING: Steps = [{ text: 'word '.repeat(5000), chunk: 5, everyMs: 50 }];
const HALF: Steps = [{ text: 'Half' }, { sleepMs: 300_000 }];
const THINKING: Steps = [{ thinking: 'Hm' }, { sleepMs: 300_000 }];

const ask = () => ({ model: 'composer-2.5', messages: [{ role: 'user' as const, content: 'Go' }] });

const runStatus = async (): Promise<string | undefined> => (await contract().portside.simulator.runs())[0]?.status;
const untilRunIs = (status: string) => expect.poll(runStatus, { timeout: 5000, interval: 20 }).toBe(status);

describe('a client that hangs up cancels its run', () => {
  test.each([
    { name: 'of a JSON answer before any output', stream: false, steps: SILENT },
    { name: 'of a JSON answer with output', stream: false, steps: TALKING },
    { name: 'of a stream before any output', stream: true, steps: SILENT },
  ])('$name', async ({ stream, steps }) => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario(steps);
    const controller = new AbortController();
    const answer: Promise<unknown> = openai.chat.completions.create(
      { ...ask(), stream },
      { signal: controller.signal },
    );
    const outcome = answer.catch((error: unknown) => error);
    await untilRunIs('running');
    controller.abort();
    expect(await outcome).toBeInstanceOf(APIUserAbortError);
    await untilRunIs('cancelled');
    await openai.models.list();
  });

  test.each([
    { name: 'that talks', steps: TALKING },
    { name: 'that is silent after its first words', steps: HALF },
    { name: 'that thinks', steps: THINKING },
  ])('of a stream $name', async ({ steps }) => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario(steps);
    const stream = await openai.chat.completions.create({ ...ask(), stream: true });
    let count = 0;
    for await (const chunk of stream) {
      count += 1;
      expect(chunk.choices).toHaveLength(1);
      if (count === 2) break;
    }
    expect(count).toBe(2);
    await untilRunIs('cancelled');
    await openai.models.list();
  });

  test('however early it does', async () => {
    const { openai, portside, fetch } = contract();
    await portside.simulator.setScenario(SILENT);
    const body = JSON.stringify({ ...ask(), stream: true });
    for (let afterMs = 1; afterMs <= 10; afterMs += 0.25) {
      const signal = AbortSignal.timeout(Math.floor(afterMs));
      await expect(fetch('/v1/chat/completions', { method: 'POST', body, signal })).rejects.toThrow(/abort|timeout/i);
    }
    const running = async () => (await portside.simulator.runs()).filter(({ status }) => status === 'running').length;
    await expect.poll(running, { timeout: 5000 }).toBe(0);
    // The bridge takes requests in their order, so none of the others can begin after this one.
    await portside.simulator.setScenario([{ text: 'fresh' }]);
    await openai.chat.completions.create(ask());
    expect(await running()).toBe(0);
  });

  test('without a trace for the next one', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario(TALKING);
    const stream = await openai.chat.completions.create({ ...ask(), stream: true });
    stream.controller.abort();
    await untilRunIs('cancelled');
    await portside.simulator.setScenario([{ text: 'fresh' }]);
    const { choices } = await openai.chat.completions.create(ask());
    expect(choices[0]?.message.content).toBe('fresh');
    expect(await portside.simulator.onlyRun()).toMatchObject({ status: 'finished', prompt: 'Go', history: [] });
  });
});
