import type { ResponseEncoder } from '../../protocols/openai-responses/response-encoder.ts';
import type { ResponseEvent, ResponseObject } from '../../protocols/openai-responses/response-object.ts';

const TERMINAL: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Whether no event follows this one. */
export const isTerminal = ({ type }: ResponseEvent): boolean => TERMINAL.has(type);

/** The same encoder, which tells of the end of the response before it gives the last event out. */
export const watchEnd = (encoder: ResponseEncoder, onEnd: (response: ResponseObject) => void): ResponseEncoder => {
  const watch = (events: readonly ResponseEvent[]): readonly ResponseEvent[] => {
    const last = events.at(-1);
    if (last !== undefined && isTerminal(last)) onEnd(encoder.response);
    return events;
  };
  return {
    get response() {
      return encoder.response;
    },
    open: () => encoder.open(),
    push: (event) => watch(encoder.push(event)),
    keepalive: () => encoder.keepalive(),
    cancel: () => watch(encoder.cancel()),
  };
};
