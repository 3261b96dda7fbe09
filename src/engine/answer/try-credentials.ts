import type { CredentialSource, CursorCredential } from '../../core/credential-source.ts';
import type { RunEvent, RunFailure } from '../../core/run-event.ts';

/**
 * Answers with the first credential that is not rate limited. Another one is only tried before the first piece of an answer;
 * where all are limited, the failure is that of the first, which is the one that was asked for.
 */
export async function* tryCredentials<T extends { readonly credential: CursorCredential }>(
  credentials: Pick<CredentialSource, 'noteFailure' | 'noteSuccess'>,
  candidates: readonly T[],
  start: (candidate: T) => AsyncIterable<RunEvent>,
): AsyncGenerator<RunEvent> {
  let firstFailure: RunFailure | null = null;
  for (const [index, candidate] of candidates.entries()) {
    const { credential } = candidate;
    const isLast = index === candidates.length - 1;
    let beginning: RunEvent | null = null;
    let hasOutput = false;
    let isLimited = false;
    for await (const event of start(candidate)) {
      if (event.type === 'run-error') {
        const failure = credentials.noteFailure(credential, event.error);
        isLimited = failure.code === 'rate_limited' && !hasOutput;
        if (isLimited) {
          firstFailure ??= failure;
          break;
        }
        yield { type: 'run-error', error: hasOutput ? failure : (firstFailure ?? failure) };
        return;
      }
      // That an agent was made is no answer yet.
      if (event.type === 'run-start' && !isLast) {
        beginning = event;
        continue;
      }
      if (beginning !== null) yield beginning;
      beginning = null;
      hasOutput ||= event.type !== 'run-start';
      if (event.type === 'run-end') credentials.noteSuccess(credential);
      yield event;
    }
    if (!isLimited) return;
  }
  if (firstFailure !== null) yield { type: 'run-error', error: firstFailure };
}
