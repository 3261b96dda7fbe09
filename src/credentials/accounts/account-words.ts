import type { AccountInfo, AccountSource } from '../../core/account.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { RunFailure } from '../../core/run-event.ts';

/** Said where no credential is found: every way to get one. */
export const notSignedIn = (): GatewayError =>
  new GatewayError(
    'cursor_sign_in_required',
    'Portside is not signed in to Cursor. There are three ways: take over the sign-in of the Cursor editor (the command "Portside: Sign In to Cursor", or `portside auth login --from-editor`), sign in with the browser (the same command, or `portside auth login`), or give it an API key (the command "Portside: Set Cursor API Key", `portside auth login --api-key`, or CURSOR_API_KEY).',
  );

/** What to do where a key is not good any more. */
export const REMEDIES: Readonly<Record<AccountSource, string>> = {
  editor: 'Sign in again: the command "Portside: Sign In to Cursor", or `portside auth login`.',
  browser: 'Sign in again: the command "Portside: Sign In to Cursor", or `portside auth login`.',
  key: 'Set a valid key: the command "Portside: Set Cursor API Key", or `portside auth login --api-key`.',
  environment: 'Set a valid key in CURSOR_API_KEY.',
};

/** What its owner should do about an account; `null` where nothing needs to be done. */
export const toRemedy = ({ source, status }: Pick<AccountInfo, 'source' | 'status'>): string | null => {
  switch (status) {
    case 'ready':
      return null;
    case 'rate-limited':
      return "Cursor's rate or usage limit is reached. Wait, or use another account.";
    case 'expiring':
    case 'expired':
    case 'refused':
      return REMEDIES[source];
  }
};

/** Said where the time of a key is over. */
export const expired = ({ name, source }: Pick<AccountInfo, 'name' | 'source'>): GatewayError =>
  new GatewayError(
    'cursor_sign_in_expired',
    `The Cursor sign-in of the account "${name}" has expired. ${REMEDIES[source]}`,
  );

/** Puts the refusal of a key into the words that its source needs; `null` for a key that the caller brought. */
export const toRefusal = (account: Pick<AccountInfo, 'name' | 'source'> | null, failure: RunFailure): RunFailure => {
  const words = readCursorsWords(failure);
  if (account === null) {
    return {
      code: 'client_token_invalid',
      message: `Cursor refused this API key. Cursor says: ${words} Send a valid key, or an access token of Portside's.`,
    };
  }
  const { name, source } = account;
  switch (source) {
    case 'environment':
      return {
        code: 'cursor_sign_in_required',
        message: `CURSOR_API_KEY is invalid or expired. Cursor says: ${words} ${REMEDIES.environment}`,
      };
    case 'key':
      return {
        code: 'cursor_sign_in_required',
        message: `Cursor refused the API key of the account "${name}". Cursor says: ${words} ${REMEDIES.key}`,
      };
    case 'editor':
    case 'browser':
      return {
        code: 'cursor_sign_in_expired',
        message: `Cursor does not accept the sign-in of the account "${name}" any more. Cursor says: ${words} ${REMEDIES[source]}`,
      };
  }
};

/** What Cursor said, as a sentence. A backend does not know where a key came from, and speaks as if from `CURSOR_API_KEY`. */
export const readCursorsWords = ({ message }: Pick<RunFailure, 'message'>): string => {
  const match = /\bCursor says: (?<words>.*?)(?: Set a valid key in CURSOR_API_KEY\b.*)?$/su.exec(message);
  const words = match?.groups?.['words'] ?? message;
  return /[.!?…]$/u.test(words) ? words : `${words}.`;
};
