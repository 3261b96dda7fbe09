import type { Page } from 'playwright-core';
import type { PortsideWorkbench } from './with-portside.ts';
import { readClipboard, remark, runCommand } from './workbench-page.ts';

/** An answer that comes in parts. */
export interface StreamedAnswer {
  readonly status: number;
  /** What has come so far. */
  readonly text: string;
  /** All of it, at its end. */
  readonly whole: Promise<string>;
}

/** Asks Portside as a client does. */
export interface PanelClient {
  readonly baseUrl: string;
  readonly token: string;
  get(path: string, token?: string): Promise<number>;
  /** Asks for an answer that is streamed. */
  stream(
    prompt: string,
    more?: { readonly token?: string; readonly body?: object; readonly headers?: object },
  ): Promise<StreamedAnswer>;
}

export const createPanelClient = (port: number, token: string): PanelClient => {
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  return {
    baseUrl,
    token,
    async get(path, own = token) {
      const response = await fetch(`${baseUrl}${path}`, { headers: { authorization: `Bearer ${own}` } });
      await response.body?.cancel();
      return response.status;
    },
    async stream(prompt, { token: own = token, body = {}, headers = {} } = {}) {
      const response = await fetch(`${baseUrl}/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${own}`,
          'content-type': 'application/json',
          'user-agent': 'OpenAI/JS 6.10.0',
          ...headers,
        },
        body: JSON.stringify({
          model: 'composer-2.5',
          stream: true,
          messages: [{ role: 'user', content: prompt }],
          ...body,
        }),
      });
      let text = '';
      const read = async (): Promise<string> => {
        const decoder = new TextDecoder();
        for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
        return text;
      };
      const whole = read();
      // Whoever does not wait for its end has no interest in how it ends.
      whole.catch(() => {});
      return {
        status: response.status,
        get text() {
          return text;
        },
        whole,
      };
    },
  };
};

/** Waits until the server listens and is ready; gives a client with the default token. */
export const useServing = async (page: Page, port: number): Promise<PanelClient> => {
  await page
    .getByRole('button', { name: `Portside: Running on port ${port}.`, exact: true })
    .waitFor({ timeout: 30_000 });
  await runCommand(page, 'Portside: Copy Access Token');
  await remark(page, 'Copied the access token').waitFor();
  return createPanelClient(port, await readClipboard(page));
};

/** What became of the runs that the simulator was asked for. */
export const listRuns = async ({
  simulator,
}: Pick<PortsideWorkbench, 'simulator'>): Promise<readonly { readonly status: string; readonly prompt: string }[]> => {
  const runs: unknown = await (await fetch(`${simulator.url}/_simulator/runs`)).json();
  return runs as readonly { readonly status: string; readonly prompt: string }[];
};
