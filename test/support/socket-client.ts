import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A frame of a server as OpenAI's clients see it. */
export interface SocketFrame {
  readonly type: string;
  readonly sequence_number?: number;
  readonly stream_id?: string;
  readonly status?: number;
  readonly error?: { readonly code: string | null; readonly message: string; readonly param: string | null };
  readonly response?: { readonly id: string; readonly status: string };
  readonly delta?: string;
}

const DEADLINE_MS = 10_000;

/** A WebSocket to a server of this machine, which keeps every frame that comes. */
export const openSocketClient = async (url: string, headers: Readonly<Record<string, string>> = {}) => {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
  const frames: SocketFrame[] = [];
  const looks = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    frames.push(JSON.parse(data.toString()));
    for (const look of looks) look();
  });
  const closed = new Promise<{ readonly code: number; readonly reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(socket, 'open');
  // Being cut off is what some tests wait for.
  socket.on('error', () => {});

  /** All frames that fit once there are so many. Rejects after a deadline. */
  const untilCount = (count: number, fits: (frame: SocketFrame) => boolean): Promise<readonly SocketFrame[]> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        looks.delete(look);
        reject(new Error(`Not in time. What came: ${JSON.stringify(frames).slice(0, 2000)}`));
      }, DEADLINE_MS);
      const look = (): void => {
        const found = frames.filter(fits);
        if (found.length < count) return;
        clearTimeout(timer);
        looks.delete(look);
        resolve(found);
      };
      looks.add(look);
      look();
    });

  return {
    socket,
    frames,
    closed,
    untilCount,
    send: (frame: object | string): void => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    /** Asks for a response. */
    create: (input: string, more: object = {}): void =>
      socket.send(JSON.stringify({ type: 'response.create', input, ...more })),
    /** The first frame that fits. Rejects after a deadline. */
    until: async (fits: (frame: SocketFrame) => boolean): Promise<SocketFrame | undefined> =>
      (await untilCount(1, fits))[0],
    [Symbol.dispose](): void {
      socket.terminate();
    },
  };
};
