// The least that a server of such streams can be: `node:http` that writes ready-made frames.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { serveCommands } from './child-commands.ts';

/** What every answer consists of. */
export interface SseScript {
  /** Before the deltas. */
  readonly head: string;
  /** The frame of one delta. */
  readonly frame: string;
  /** After the deltas. */
  readonly tail: string;
  readonly deltas: number;
  /** Between two deltas; 0 for as fast as the client takes them. */
  readonly everyMs: number;
}

export type SseWriterCommands = {
  /** Answers the port. */
  listen: { argument: null; result: number };
  setScript: { argument: SseScript; result: null };
};

let script: SseScript | null = null;

const answer = async (response: ServerResponse): Promise<void> => {
  if (script === null) throw new Error('There is no script.');
  const { head, frame, tail, deltas, everyMs } = script;
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
  response.write(head);
  const startedMs = performance.now();
  for (let index = 0; index < deltas; index += 1) {
    const waitMs = everyMs === 0 ? 0 : startedMs + index * everyMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    if (!response.write(frame)) await once(response, 'drain');
  }
  response.end(tail);
};

const server = createServer({ keepAliveTimeout: 75_000, noDelay: true }, (incoming, response) => {
  incoming.resume().once('end', () => {
    answer(response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
});

serveCommands<SseWriterCommands>({
  async listen() {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The writer has no port.');
    return address.port;
  },
  async setScript(next) {
    script = next;
    return null;
  },
});
