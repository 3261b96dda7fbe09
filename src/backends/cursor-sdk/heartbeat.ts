import type { PingResult } from './protocol.ts';

/** An answer that has arrived while this process was busy itself gets this long to be read. */
const READ_MS = 50;

/**
 * Asks a process again and again whether it still works. Keeps no process alive.
 *
 * @returns the function that ends this
 */
export const startHeartbeat = (options: {
  readonly ping: () => Promise<PingResult>;
  readonly intervalMs: number;
  /** An answer may take this long. */
  readonly limitMs: number;
  readonly onAnswer: (answer: PingResult) => void;
  readonly onHang: () => void;
}): (() => void) => {
  let isOver = false;
  let timer: NodeJS.Timeout;

  const schedule = (action: () => void, delayMs: number) => {
    timer = setTimeout(action, delayMs).unref();
  };
  const end = () => {
    isOver = true;
    clearTimeout(timer);
  };
  const beat = () => {
    schedule(() => schedule(hang, READ_MS), options.limitMs);
    void ask();
  };
  const ask = async () => {
    try {
      const answer = await options.ping();
      if (isOver) return;
      clearTimeout(timer);
      schedule(beat, options.intervalMs);
      options.onAnswer(answer);
    } catch {
      // No answer is no answer: the limit decides.
    }
  };
  const hang = () => {
    end();
    options.onHang();
  };

  schedule(beat, options.intervalMs);
  return end;
};
