import type { ChoiceEvent } from '../../core/run-event.ts';
import type { ResponseEvent, ResponseObject } from './response-object.ts';

/**
 * Turns the events of one answer into those of a response, whatever they are sent over. A state machine without I/O.
 *
 * `response.created` and what follows it come with the first output, so that a failure before it can keep its status.
 */
export interface ResponseEncoder {
  /** The response as it stands. */
  readonly response: ResponseObject;
  /** Opens the stream where it is not open yet: `response.created`, then `response.queued` or `response.in_progress`. */
  open(): readonly ResponseEvent[];
  push(event: ChoiceEvent): readonly ResponseEvent[];
  /** A sign of life; opens the stream too. */
  keepalive(): readonly ResponseEvent[];
  /** Ends the response as cancelled. */
  cancel(): readonly ResponseEvent[];
}
