import type { StreamEncoder } from '../stream-encoder.ts';
import type { ResponseEncoder } from './response-encoder.ts';
import type { ResponseEvent } from './response-object.ts';

/** An event of a response as a server-sent event. */
export const toSseFrame = (event: ResponseEvent): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Dresses the events of a response as server-sent events. The terminal event is the last: no `[DONE]` follows. */
export const createResponseSseEncoder = (encoder: ResponseEncoder): StreamEncoder => ({
  push: (event) => toFrames(encoder.push(event)),
  heartbeat: () => toFrames(encoder.keepalive()),
});

const toFrames = (events: readonly ResponseEvent[]): string => {
  let text = '';
  for (const event of events) text += toSseFrame(event);
  return text;
};
