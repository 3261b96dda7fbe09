import { readFileSync } from 'node:fs';
import path from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseScenario } from '../../src/simulator/main.ts';
import { readEditorFiles, readOutputChannel } from './support/editor-files.ts';
import { installExtension } from './support/installed-extension.ts';
import { isPortOpen } from './support/is-port-open.ts';
import { keepScreenshot, portToShow } from './support/keep-screenshot.ts';
import { readImage, toDataUrl } from '../support/test-images.ts';
import { findBridges, findRunning } from '../support/process-tree.ts';
import { waitUntil } from './support/wait-until.ts';
import { withPortside } from './support/with-portside.ts';
import { readClipboard, remark, runCommand } from './support/workbench-page.ts';

const cursorApiKey = 'crsr_test_of_the_workbench';

let extension: Awaited<ReturnType<typeof installExtension>> | undefined;
beforeAll(async () => {
  extension = await installExtension();
});
afterAll(() => extension?.remove());

const scenario = parseScenario(readFileSync(path.join(import.meta.dirname, 'scenarios/main-job.json'), 'utf8'));

test('from the palette to a streamed answer and back', async () => {
  const port = await portToShow();
  await withPortside(
    {
      name: 'main-job',
      extensions: extension?.folder ?? '',
      settings: { 'portside.port': port },
      environment: { CURSOR_API_KEY: cursorApiKey },
      scenario,
    },
    async ({ page, status, server, simulator, folders, refusedRequests }) => {
      expect(await isPortOpen(port)).toBe(false);
      await keepScreenshot(page, 'status-bar-stopped');

      await runCommand(page, 'Portside: Toggle Server');
      await status.filter({ hasText: `:${port}` }).waitFor({ timeout: 15_000 });
      await waitUntil(
        'the bridge is connected',
        async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok,
        30_000,
      );
      await page.getByRole('button', { name: `Portside: Running on port ${port}.`, exact: true }).waitFor();
      expect(findBridges(server.pid)).toHaveLength(1);
      await keepScreenshot(page, 'status-bar-running');

      await status.hover();
      const tooltip = page.locator('.workbench-hover').filter({ hasText: `http://127.0.0.1:${port}/v1` });
      await tooltip.getByText('Copy Access Token').waitFor();
      await keepScreenshot(page, 'status-bar', 'lower-left');
      await page.mouse.move(700, 200);
      await tooltip.waitFor({ state: 'hidden' });

      await runCommand(page, 'Portside: Show Logs');
      await page
        .locator('.output-view-container, .output-view')
        .getByText(`Listening on http://127.0.0.1:${port}/v1`)
        .waitFor();
      await keepScreenshot(page, 'logs');

      await runCommand(page, 'Portside: Copy Base URL');
      await remark(page, `Copied http://127.0.0.1:${port}/v1`).waitFor();
      const baseURL = await readClipboard(page);
      await runCommand(page, 'Portside: Copy Access Token');
      await remark(page, 'Copied the access token').waitFor();
      const accessToken = await readClipboard(page);
      expect(baseURL).toBe(`http://127.0.0.1:${port}/v1`);
      expect(accessToken).toMatch(/^\S{20,}$/);

      const client = new OpenAI({ baseURL, apiKey: accessToken, maxRetries: 0, timeout: 30_000 });
      const stream = await client.chat.completions.create({
        model: 'auto',
        messages: [{ role: 'user', content: 'Say hello.' }],
        stream: true,
        stream_options: { include_usage: true },
      });
      let answer = '';
      let pieces = 0;
      let usage: OpenAI.CompletionUsage | null | undefined;
      for await (const chunk of stream) {
        const piece = chunk.choices[0]?.delta.content ?? '';
        answer += piece;
        if (piece !== '') pieces += 1;
        usage = chunk.usage ?? usage;
      }
      expect(answer).toBe('Hello from the other side of the wire.');
      expect(pieces).toBeGreaterThan(3);
      expect(usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 9 });
      const runs: unknown = await (await fetch(`${simulator.url}/_simulator/runs`)).json();
      expect(runs).toMatchObject([{ status: 'finished' }]);

      // What the server loads late: the image converter's thread, the tokenizer, the database of sessions.
      const picture = toDataUrl(readImage('animated.gif'), 'image/gif');
      const seen = await client.chat.completions.create(
        {
          model: 'auto',
          max_tokens: 3,
          messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: picture } }] }],
        },
        { headers: { 'X-Cursor-Session-ID': 'workbench' } },
      );
      expect(seen.choices).toMatchObject([{ finish_reason: 'length' }]);
      const imageRuns: unknown = await (await fetch(`${simulator.url}/_simulator/runs`)).json();
      expect(imageRuns).toMatchObject([{}, { images: [{ mimeType: 'image/png' }] }]);
      expect(await client.get('/sessions')).toMatchObject({ data: [{ id: 'workbench' }] });

      const slow = await client.chat.completions.create({
        model: 'auto',
        messages: [{ role: 'user', content: 'Tell me slowly.' }],
        stream: true,
      });
      const reading = slow[Symbol.asyncIterator]();
      await reading.next();
      await status.filter({ hasText: `:${port} (1)` }).waitFor();
      await keepScreenshot(page, 'status-bar-busy');
      slow.controller.abort();
      await status.filter({ hasNotText: '(1)' }).waitFor();

      const bridges = findBridges(server.pid);
      await runCommand(page, 'Portside: Toggle Server');
      await status.filter({ hasNotText: ':' }).waitFor();
      await waitUntil('the port is closed', async () => !(await isPortOpen(port)), 5_000);
      expect(bridges).toHaveLength(1);
      await waitUntil('the bridge has ended', () => findRunning(bridges).length === 0, 5_000);

      await waitUntil('the log names the address', () => readOutputChannel(folders).includes(baseURL), 10_000);
      for (const [file, text] of readEditorFiles(folders)) {
        for (const secret of [accessToken, cursorApiKey])
          expect(text.includes(secret), `a secret in ${file}`).toBe(false);
      }
      expect(refusedRequests).toEqual([]);
    },
  );
});
