import { GatewayError } from '../core/gateway-error.ts';
import type { ChoiceEvent } from '../core/run-event.ts';

/**
 * The events of an answer until the client's access token is revoked: then `cancel` ends the run, and the failure is the last
 * event, which becomes a status or an error frame as any other.
 */
export async function* untilRevoked(
  events: AsyncIterable<ChoiceEvent>,
  options: {
    /** How many answers are wanted: as many events tell of an end. */
    readonly choices: number;
    readonly revocation: AbortSignal;
    readonly cancel: () => void;
  },
): AsyncGenerator<ChoiceEvent> {
  const { choices, revocation, cancel } = options;
  let isUnderWay = true;
  let ends = 0;
  revocation.addEventListener('abort', cancel, { once: true });
  if (revocation.aborted) cancel();
  try {
    for await (const event of events) {
      // What a cancelled run still says is about its cancelling.
      if (revocation.aborted) break;
      if (event.type === 'run-end') ends += 1;
      isUnderWay = event.type !== 'run-error' && ends < choices;
      yield event;
    }
  } catch (error) {
    // What waits for its turn ends so.
    if (!revocation.aborted) throw error;
  } finally {
    revocation.removeEventListener('abort', cancel);
  }
  if (revocation.aborted && isUnderWay) {
    yield { type: 'run-error', error: GatewayError.from(revocation.reason).toFailure() };
  }
}
