import { createServer, request as sendRequest, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** What to do with a request to a path: pass it on, answer it otherwise, or never answer. */
export type Meddling = 'pass' | 'hang' | { readonly status: number; readonly body: string };

/** A proxy in front of a simulator, for failures that no scenario has. */
export const startMeddlingProxy = async (targetUrl: string) => {
  let meddle: (path: string) => Meddling = () => 'pass';
  const hanging = new Set<ServerResponse>();
  const server = createServer((incoming, response) => {
    const path = incoming.url ?? '/';
    const meddling = meddle(path);
    if (meddling === 'hang') {
      hanging.add(response);
      return;
    }
    if (meddling !== 'pass') {
      response.writeHead(meddling.status, { 'content-type': 'application/json' }).end(meddling.body);
      return;
    }
    const { method, headers } = incoming;
    const target = sendRequest(new URL(path, targetUrl), {
      method,
      headers: { ...headers, host: new URL(targetUrl).host },
    });
    target.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    target.on('error', () => response.destroy());
    response.on('close', () => target.destroy());
    incoming.pipe(target);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Decides on all later requests. */
    meddle(next: (path: string) => Meddling): void {
      meddle = next;
    },
  };
};
