import { GatewayError } from '../core/gateway-error.ts';
import type { ChoiceEvent } from '../core/run-event.ts';

/**
 * The events of an answer until somebody ends it, as by revoking the client's access token: then `cancel` ends the run, and
 * the reason of the signal is the last event, which becomes a status or an error frame as any other failure.
 */
export async function* untilEnded(
  events: AsyncIterable<ChoiceEvent>,
  options: {
    /** How many answers are wanted: as many events tell of an end. */
    readonly choices: number;
    /** Each has a GatewayError as its reason. */
    readonly endings: readonly AbortSignal[];
    readonly cancel: () => void;
  },
): AsyncGenerator<ChoiceEvent> {
  const { choices, endings, cancel } = options;
  const findEnding = (): AbortSignal | undefined => endings.find(({ aborted }) => aborted);
  let isUnderWay = true;
  let ends = 0;
  for (const ending of endings) ending.addEventListener('abort', cancel, { once: true });
  if (findEnding() !== undefined) cancel();
  try {
    for await (const event of events) {
      // What a cancelled run still says is about its cancelling.
      if (findEnding() !== undefined) break;
      if (event.type === 'run-end') ends += 1;
      isUnderWay = event.type !== 'run-error' && ends < choices;
      yield event;
    }
  } catch (error) {
    // What waits for its turn ends so.
    if (findEnding() === undefined) throw error;
  } finally {
    for (const ending of endings) ending.removeEventListener('abort', cancel);
  }
  const ending = findEnding();
  if (ending !== undefined && isUnderWay) {
    yield { type: 'run-error', error: GatewayError.from(ending.reason).toFailure() };
  }
}
