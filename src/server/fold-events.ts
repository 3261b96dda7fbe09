import type { RunEvent } from '../core/run-event.ts';
import type { ResultFold } from '../protocols/stream-encoder.ts';

/** Waits for a run to end and gives its JSON answer. @throws GatewayError where it failed. */
export const foldEvents = async (events: AsyncIterable<RunEvent>, fold: ResultFold): Promise<object> => {
  for await (const event of events) fold.push(event);
  return fold.toResult();
};
