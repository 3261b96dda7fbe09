import { GatewayError } from '../core/gateway-error.ts';
import type { ChoiceEvent } from '../core/run-event.ts';

/**
 * The events of an answer until the client's access token is revoked: then the run is cancelled and the failure is the last
 * event, which becomes a status or an error frame as any other.
 */
export async function* untilRevoked(
  events: AsyncIterable<ChoiceEvent>,
  revocation: AbortSignal,
  cancel: () => void,
): AsyncGenerator<ChoiceEvent> {
  const iterator = events[Symbol.asyncIterator]();
  const { promise: revoked, resolve } = Promise.withResolvers<'revoked'>();
  const onAbort = (): void => resolve('revoked');
  revocation.addEventListener('abort', onAbort, { once: true });
  if (revocation.aborted) onAbort();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), revoked]);
      if (next === 'revoked') {
        cancel();
        yield { type: 'run-error', error: GatewayError.from(revocation.reason).toFailure() };
        return;
      }
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    revocation.removeEventListener('abort', onAbort);
    // Not awaited: an iterator that waits for its next event returns only when that is there.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
