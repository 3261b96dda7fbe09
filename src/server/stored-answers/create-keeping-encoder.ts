import type { ResultFold, StreamEncoder } from '../../protocols/stream-encoder.ts';

/** How {@link createKeepingEncoder} keeps an answer. */
export interface KeepingOptions {
  /** Makes the JSON form of the same answer. */
  readonly fold: ResultFold;
  /** How many choices the answer has. */
  readonly choices: number;
  /** Called once, with the JSON form of an answer that did not fail. */
  readonly keep: (result: object) => void;
}

/** Keeps an answer before the end of its stream is given out: its client may ask for it at once. */
export const createKeepingEncoder = (
  encoder: StreamEncoder,
  { fold, choices, keep }: KeepingOptions,
): StreamEncoder => {
  let running = choices;
  return {
    push(event) {
      fold.push(event);
      if (event.type === 'run-end') {
        running -= 1;
        if (running === 0) keep(fold.toResult());
      }
      return encoder.push(event);
    },
    heartbeat: () => encoder.heartbeat(),
  };
};
