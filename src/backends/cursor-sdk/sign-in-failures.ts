import type { RunFailure } from '../../core/run-event.ts';
import type { SdkErrorShape } from './errors.ts';

/** The SDK asks for longer than this whether the person has signed in; a failure before is one of the way to Cursor. */
const PATIENCE_MS = 20 * 60_000;

const OTHER_WAYS = "A team's settings may forbid it: ask its administrator, or set an API key that you already have.";

/** What the SDK says before the words of the service where that has made no key. */
const MINTING_FAILED = /^Login succeeded, but .*? failed: /u;

/** Maps what the SDK throws from a sign-in in the browser, `elapsedMs` after that began. */
export const fromSignInError = (error: SdkErrorShape, elapsedMs: number): RunFailure => {
  const { code, message } = error;
  if (MINTING_FAILED.test(message)) {
    const words = toWords(message.replace(MINTING_FAILED, '').replace(/ \(your team's settings.*$/u, ''));
    return code === 'permission_denied' || code === 'unauthenticated'
      ? {
          code: 'permission_denied',
          message: `You signed in, but Cursor makes no API key for this account${words} ${OTHER_WAYS}`,
        }
      : { code: 'upstream_error', message: `You signed in, but Cursor failed to make an API key${words} Try again.` };
  }
  if (message.startsWith('Login succeeded')) {
    return { code: 'upstream_error', message: 'You signed in, but Cursor answered without a key. Try again.' };
  }
  if (elapsedMs >= PATIENCE_MS) {
    return { code: 'timeout', message: 'The sign-in was not finished in the browser in time. Try again.' };
  }
  return {
    code: 'upstream_error',
    message: 'Cursor could not be reached to finish the sign-in. Check the network connection, and try again.',
  };
};

/** Maps a refusal of the service to make a key for a session that has signed in elsewhere. */
export const fromExchangeRefusal = (status: number, cursorSays: string): RunFailure => {
  const words = toWords(cursorSays);
  if (status === 429) {
    return { code: 'rate_limited', message: `Cursor makes no key at the moment${words} Try again later.` };
  }
  if (status >= 500 && status !== 501) {
    return {
      code: 'upstream_unavailable',
      message: `Cursor failed to make a key (HTTP ${status})${words} Try again in a moment.`,
    };
  }
  return {
    code: status === 401 ? 'cursor_sign_in_required' : 'permission_denied',
    message: `Cursor does not make a key for the editor's sign-in${words} Sign in with the browser instead.`,
  };
};

/** Maps what `fetch` throws. Its texts can hold the address with what stands in it. */
export const describeNetworkFailure = (error: unknown): RunFailure => {
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) {
    return { code: 'timeout', message: 'Cursor did not answer in time. Try again.' };
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  return { code: 'upstream_error', message: `Cursor could not be reached${code}. Check the network connection.` };
};

/** Cursor's own words after a sentence of ours, which they end. */
const toWords = (words: string): string =>
  words.trim() === '' ? '.' : `. Cursor says: ${words.trim().replace(/[.!]?$/u, '.')}`;
