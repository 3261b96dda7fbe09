import { APIError, InternalServerError } from 'openai';
import { describe, expect, test } from 'vitest';
import { useContract } from '../support/contract-client.ts';
import { findBridge } from '../support/process-tree.ts';

const contract = useContract();

const ask = (content: string) => ({ model: 'composer-2.5', messages: [{ role: 'user' as const, content }] });

describe('twenty requests at once', () => {
  const jobs = Array.from({ length: 20 }, (_, index) => `job ${index}`);
  const answer = (job: string): string => `[${job}] `.repeat(30);

  test.each([true, false])('do not mix (stream: %s)', async (stream) => {
    const { openai, portside } = contract();
    const text = '[{{match.1}}] '.repeat(30);
    await portside.simulator.setScenario({
      rules: [
        { when: { prompt: '^(job \\d+)$' }, then: [{ thinking: '{{match.1}}' }, { text, chunk: 11, everyMs: 5 }] },
      ],
    });
    const read = async (job: string): Promise<string> => {
      if (!stream) return (await openai.chat.completions.create(ask(job))).choices[0]?.message.content ?? '';
      let said = '';
      for await (const chunk of await openai.chat.completions.create({ ...ask(job), stream: true }))
        said += chunk.choices[0]?.delta.content ?? '';
      return said;
    };
    expect(await Promise.all(jobs.map(read))).toEqual(jobs.map(answer));
    const runs = await portside.simulator.runs();
    expect(runs.map(({ prompt }) => prompt).toSorted()).toEqual(jobs.toSorted());
    expect(new Set(runs.map(({ agentId }) => agentId)).size).toBe(jobs.length);
  });
});

describe('a bridge that is killed', () => {
  const killBridge = (): number => {
    const bridge = findBridge(contract().portside.serverPid);
    if (bridge === undefined) throw new Error('There is no bridge.');
    process.kill(bridge.pid, 'SIGKILL');
    return bridge.pid;
  };
  const expectRecovery = async (killed: number): Promise<void> => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario([{ text: 'back again' }]);
    const { choices } = await openai.chat.completions.create(ask('Are you there?'));
    expect(choices[0]?.message.content).toBe('back again');
    const health = await fetch(`${portside.url}/health`);
    expect([health.status, await health.json()]).toMatchObject([200, { status: 'ok', bridge: 'connected' }]);
    expect(findBridge(portside.serverPid)?.pid).not.toBe(killed);
  };

  test('ends a stream with an error, and the next request finds a new one', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario([{ text: 'word '.repeat(5000), chunk: 5, everyMs: 20 }]);
    let killed = 0;
    const read = async () => {
      for await (const chunk of await openai.chat.completions.create({ ...ask('Go'), stream: true })) {
        if (killed === 0 && chunk.choices[0]?.delta.content) killed = killBridge();
      }
    };
    const error: unknown = await read().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ type: 'service_unavailable', param: null });
    const health = await fetch(`${portside.url}/health`);
    expect([health.status, await health.json()]).toMatchObject(
      health.status === 503
        ? [503, { status: 'degraded', bridge: 'unavailable' }]
        : [200, { status: 'ok', bridge: 'connected' }],
    );
    await expectRecovery(killed);
  });

  test('fails a JSON answer with 503, and the next request finds a new one', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario([{ sleepMs: 300_000 }]);
    const answer: Promise<unknown> = openai.chat.completions.create(ask('Go'));
    const outcome = answer.catch((error: unknown) => error);
    await expect.poll(async () => (await portside.simulator.runs()).length, { timeout: 5000 }).toBe(1);
    const killed = killBridge();
    expect(await outcome).toBeInstanceOf(InternalServerError);
    expect(await outcome).toMatchObject({ status: 503, type: 'service_unavailable', param: null });
    await expectRecovery(killed);
  });
});
