import { once } from 'node:events';
import { WebSocket } from 'ws';
import { MODEL, type Target } from './raw-client.ts';
import { type FinalResponse, parseTerminalEvent } from './response-client.ts';

/** A response that came over a WebSocket, and when its last event came. */
export interface SocketAnswer {
  readonly endedMs: number;
  readonly response: FinalResponse;
}

/** The WebSocket of `/v1/responses`, one request at a time. */
export interface ResponseSocket {
  /** @throws Error where the response fails */
  ask(parts: Readonly<Record<string, unknown>>): Promise<SocketAnswer>;
  close(): Promise<void>;
}

/** The types of events that nothing follows, as the beginning of a frame. */
const LAST_FRAME = /^\{"type":"(?:response\.(?:completed|incomplete|failed)|error)"/;

const HEAD_BYTES = 40;

export const openResponseSocket = async ({ baseUrl, token }: Target): Promise<ResponseSocket> => {
  const socket = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}/responses`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  let waiting: PromiseWithResolvers<{ readonly endedMs: number; readonly frame: Buffer }> | null = null;
  socket.on('message', (data: Buffer) => {
    if (LAST_FRAME.test(data.toString('latin1', 0, HEAD_BYTES))) {
      waiting?.resolve({ endedMs: performance.now(), frame: data });
    }
  });
  socket.on('close', (code) => waiting?.reject(new Error(`The WebSocket was closed with ${code}.`)));
  await once(socket, 'open');
  socket.on('error', (error) => waiting?.reject(error));
  return {
    async ask(parts) {
      if (socket.readyState !== socket.OPEN) throw new Error('The WebSocket was closed.');
      waiting = Promise.withResolvers();
      socket.send(JSON.stringify({ type: 'response.create', model: MODEL, ...parts }));
      const { endedMs, frame } = await waiting.promise;
      return { endedMs, response: parseTerminalEvent(frame.toString()) };
    },
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
};
