import type { ResponseEvent, ResponseObject } from './response-object.ts';

/** The events that open the stream of a response which is in progress or queued. */
export const toOpeningEvents = (response: ResponseObject, nextNumber: () => number): readonly ResponseEvent[] => [
  toLifecycleEvent('response.created', response, nextNumber),
  toLifecycleEvent(response.status === 'queued' ? 'response.queued' : 'response.in_progress', response, nextNumber),
];

/** The event that says that a queued response is in progress now. */
export const toInProgressEvent = (response: ResponseObject, nextNumber: () => number): ResponseEvent =>
  toLifecycleEvent('response.in_progress', response, nextNumber);

/**
 * The last event of the stream of a response that has ended.
 *
 * OpenAI has none for a cancelled one: it comes as `response.incomplete`, and its status tells.
 */
export const toTerminalEvent = (response: ResponseObject, nextNumber: () => number): ResponseEvent => {
  const word = response.status === 'completed' || response.status === 'failed' ? response.status : 'incomplete';
  return toLifecycleEvent(`response.${word}`, response, nextNumber);
};

const toLifecycleEvent = (type: string, response: ResponseObject, nextNumber: () => number): ResponseEvent => ({
  type,
  sequence_number: nextNumber(),
  response,
});
