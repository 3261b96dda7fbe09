import { withDeadline } from '../deadline.ts';
import type { IssueKeyResult, SignInParams } from '../protocol.ts';
import { fromSignInError } from '../sign-in-failures.ts';
import type { CursorSdk } from './load-sdk.ts';
import { toSdkErrorShape } from './sdk-error-shape.ts';

/** How long a key lives: as long as those of the SDK's own sign-in. */
const KEY_LIFETIME_MS = 90 * 24 * 60 * 60_000;

/** Longer than the SDK's own patience. */
const LIMIT_MS = 30 * 60_000;

/**
 * Signs in with a browser by the SDK's own login; nothing of it is stored. `onUrl` is given the page. Never rejects.
 *
 * The SDK does not stop for an abort while Cursor makes the key: the waiting ends all the same.
 */
export const signIn = async (
  sdk: CursorSdk,
  { keyName }: SignInParams,
  options: { readonly backendUrl: string; readonly onUrl: (url: string) => void; readonly signal: AbortSignal },
): Promise<IssueKeyResult> => {
  const { backendUrl, onUrl, signal } = options;
  const startedMs = performance.now();
  try {
    const login = sdk.Cursor.auth.login({
      store: null,
      openBrowser: false,
      onLoginUrl: onUrl,
      apiKeyName: keyName,
      apiKeyTtlMs: KEY_LIFETIME_MS,
      signal,
      // A stand-in for Cursor's service has the page as well.
      ...(backendUrl !== '' && { backendUrl, websiteUrl: backendUrl }),
    });
    const { apiKey, apiKeyExpiresAtMs, email } = await withDeadline(login, LIMIT_MS, signal);
    return { key: { apiKey, email: email ?? null, expiresAt: apiKeyExpiresAtMs } };
  } catch (error) {
    if (signal.aborted) {
      return { error: { code: 'cursor_sign_in_required', message: 'The sign-in was cancelled.' } };
    }
    return { error: fromSignInError(toSdkErrorShape(error), performance.now() - startedMs) };
  }
};
