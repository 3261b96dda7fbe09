import * as z from 'zod/mini';
import type { GatewayErrorCode } from '../../core/error-specs.ts';
import type { Localizer } from '../../core/localizer.ts';

const bodySchema = z.object({
  error: z.object({ code: z.enum(['cursor_sign_in_required', 'cursor_sign_in_expired']) }),
});

type SignInRefusal = Extract<GatewayErrorCode, 'cursor_sign_in_required' | 'cursor_sign_in_expired'>;

/** Reads from an answer of our server that it cannot ask Cursor before somebody signs in; `null` for any other answer. */
export const readSignInRefusal = async (response: Response): Promise<SignInRefusal | null> => {
  if (response.status !== 401) return null;
  try {
    return bodySchema.parse(await response.clone().json()).error.code;
  } catch {
    return null;
  }
};

/** The same for people, beside a button that signs in. Pure. */
export const describeSignInRefusal = (refusal: SignInRefusal, l10n: Localizer): string =>
  refusal === 'cursor_sign_in_expired'
    ? l10n.t('The sign-in to Cursor does not work any more. Sign in again, then test once more.')
    : l10n.t('Sign in to Cursor first: answers come from your Cursor account.');
