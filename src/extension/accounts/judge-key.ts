import type { CursorSignIn } from '../../core/account.ts';
import { readCursorsWords } from '../../credentials/accounts/account-words.ts';
import { toGatewayFailure } from '../to-gateway-failure.ts';

/** What Cursor thinks of a key. */
export type KeyVerdict =
  | { readonly status: 'accepted'; readonly email: string | null }
  /** `reason` is written for people. */
  | { readonly status: 'refused'; readonly reason: string }
  /** Cursor could not be asked. */
  | { readonly status: 'unknown'; readonly reason: string | null };

/** For as long as this, somebody is ready to wait for an answer about their key. */
const PATIENCE_MS = 15_000;

/** Asks Cursor whose key it is. Never throws: a key that cannot be judged now may be right. */
export const judgeKey = async (
  cursorSignIn: Pick<CursorSignIn, 'readProfile'>,
  apiKey: string,
): Promise<KeyVerdict> => {
  try {
    const { email } = await cursorSignIn.readProfile(apiKey, AbortSignal.timeout(PATIENCE_MS));
    return { status: 'accepted', email };
  } catch (error) {
    const failure = toGatewayFailure(error);
    return failure !== null && (failure.code === 'cursor_sign_in_required' || failure.code === 'permission_denied')
      ? { status: 'refused', reason: readCursorsWords(failure) }
      : { status: 'unknown', reason: failure?.message ?? null };
  }
};
