import { Ollama } from 'ollama';
import { expect, test } from 'vitest';
import { findFreePort, occupyPort } from '../support/free-port.ts';
import { runCli, startCli } from '../support/portside-cli.ts';
import { startPortside } from '../support/portside-process.ts';

test('a second port serves tools that look for Ollama there', async () => {
  const port = await findFreePort();
  await using portside = await startPortside({ args: ['--simulate', '--ollama-port', String(port)] });
  const url = `http://127.0.0.1:${port}`;
  expect(JSON.parse(portside.stdout())).toMatchObject({ ollamaUrl: url });
  const ollama = new Ollama({ host: url, headers: { Authorization: `Bearer ${portside.token}` } });
  await portside.simulator.setScenario([{ text: 'Hello.' }]);
  const { message } = await ollama.chat({ model: 'composer-2.5', messages: [{ role: 'user', content: 'Hi' }] });
  expect(message.content).toBe('Hello.');
  expect(await portside.stop()).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
});

test('a person is told of it', async () => {
  const port = await findFreePort();
  await using cli = startCli(['serve', '--simulate', '--port', '0'], { env: { PORTSIDE_OLLAMA_PORT: String(port) } });
  await expect.poll(() => cli.stdout(), { timeout: 30_000 }).toContain('Stop it with');
  expect(cli.stdout()).toMatch(new RegExp(`^ +As Ollama +http://127\\.0\\.0\\.1:${port}$`, 'm'));
});

test('where it is taken, the rest is served all the same, with a warning', async () => {
  const { port, release } = await occupyPort();
  {
    await using portside = await startPortside({ args: ['--simulate', '--ollama-port', String(port)] });
    expect(JSON.parse(portside.stdout())).not.toHaveProperty('ollamaUrl');
    await expect
      .poll(() => portside.stderr())
      .toContain(`Port ${port}, for tools that look for Ollama there, could not be opened`);
    expect((await portside.fetch('/api/version')).status).toBe(200);
  }
  await release();
});

test('what is no port is refused', async () => {
  const { code, stderr } = await runCli(['serve', '--simulate', '--ollama-port', '70000']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--ollama-port')]);
});
