import type { ResponseEncoder } from '../../protocols/openai-responses/response-encoder.ts';
import type { ResponseEvent, ResponseObject } from '../../protocols/openai-responses/response-object.ts';

const TERMINAL: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Whether no event follows this one. */
export const isTerminal = ({ type }: ResponseEvent): boolean => TERMINAL.has(type);

/** An encoder that tells whether it has given an event out. */
export interface WatchedEncoder extends ResponseEncoder {
  readonly hasBegun: boolean;
}

/** The same encoder, which tells of the end of the response before it gives the last event out. */
export const watchEnd = (encoder: ResponseEncoder, onEnd: (response: ResponseObject) => void): WatchedEncoder => {
  let hasBegun = false;
  const watch = (events: readonly ResponseEvent[]): readonly ResponseEvent[] => {
    const last = events.at(-1);
    hasBegun ||= last !== undefined;
    if (last !== undefined && isTerminal(last)) onEnd(encoder.response);
    return events;
  };
  return {
    get response() {
      return encoder.response;
    },
    get hasBegun() {
      return hasBegun;
    },
    open: () => watch(encoder.open()),
    push: (event) => watch(encoder.push(event)),
    keepalive: () => watch(encoder.keepalive()),
    cancel: () => watch(encoder.cancel()),
  };
};
