import type { AccountSource } from '../../core/account.ts';
import { GatewayError } from '../../core/gateway-error.ts';

/** The name of the account whose key is in `CURSOR_API_KEY`. */
export const ENVIRONMENT_ACCOUNT = 'environment';

const LONGEST_NAME = 64;

/** What can travel in `X-Portside-Account`: RFC 9110 (5.5) takes blanks at the ends of a field's value away. */
const NAME = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Checks a name that a user chose for an account.
 *
 * @throws GatewayError `invalid_request`
 */
export const checkAccountName = (name: string): string => {
  if (name.length > LONGEST_NAME || !NAME.test(name)) {
    throw new GatewayError(
      'invalid_request',
      `The name of an account has 1 to ${LONGEST_NAME} characters of ASCII, and no blank at either end.`,
    );
  }
  if (name === ENVIRONMENT_ACCOUNT) {
    throw new GatewayError(
      'invalid_request',
      `"${ENVIRONMENT_ACCOUNT}" is the name of the account whose key is in CURSOR_API_KEY. Choose another.`,
    );
  }
  return name;
};

/** A name for an account that was given none: its source with its email, and a number where that is taken. */
export const makeAccountName = (
  source: AccountSource,
  email: string | null,
  isTaken: (name: string) => boolean,
): string => {
  const whose = (email ?? '').replaceAll(/[^\x21-\x7e]+/g, '-').replaceAll(/^-|-$/g, '');
  const stem = whose === '' ? source : `${source}-${whose}`;
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? '' : `-${count}`;
    const name = `${stem.slice(0, LONGEST_NAME - suffix.length)}${suffix}`;
    if (!isTaken(name)) return name;
  }
};
