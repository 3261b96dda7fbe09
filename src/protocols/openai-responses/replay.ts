import { toItemEvents } from './item-events.ts';
import { toInProgressEvent, toOpeningEvents, toTerminalEvent } from './lifecycle-events.ts';
import type { ResponseEvent, ResponseObject } from './response-object.ts';

/**
 * Tells a response again whose events nobody has kept: a stream that a client folds to this very response, each text in
 * one piece. Of a response that has not ended, the opening alone.
 */
export const replayResponse = (response: ResponseObject): readonly ResponseEvent[] => {
  let count = 0;
  const nextNumber = (): number => count++;
  const beginning: ResponseObject = {
    ...response,
    status: response.background ? 'queued' : 'in_progress',
    completed_at: null,
    error: null,
    incomplete_details: null,
    output: [],
    usage: null,
  };
  const opening = toOpeningEvents(beginning, nextNumber);
  if (response.status === 'queued') return opening;
  const started = response.background
    ? [...opening, toInProgressEvent({ ...beginning, status: 'in_progress' }, nextNumber)]
    : opening;
  if (response.status === 'in_progress') return started;
  return [
    ...started,
    ...response.output.flatMap((item, index) => toItemEvents(item, index, nextNumber)),
    toTerminalEvent(response, nextNumber),
  ];
};
