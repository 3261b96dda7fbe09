import type { ChoiceEvent } from '../core/run-event.ts';

/** Turns the events of one answer, of one run or of one for each choice, into the frames of one wire. A state machine without I/O. */
export interface StreamEncoder {
  /** The bytes to send for an event, as text; empty where the wire has nothing to say. */
  push(event: ChoiceEvent): string;
  /** What to send so that the client keeps waiting; before any output, this opens the stream as {@link push} would. */
  heartbeat(): string;
}

/** Folds the events of one answer into the JSON form of one wire, the same that a client could build from the stream. */
export interface ResultFold {
  push(event: ChoiceEvent): void;
  /** The answer. @throws GatewayError where the run failed, or ended without saying so. */
  toResult(): object;
}
