import { type AccessTokenLimits, isTokenId, toTokenNameKey } from '../../core/access-token.ts';
import { GatewayError } from '../../core/gateway-error.ts';

/** The name and id of the token that is made at the first start. */
export const DEFAULT_TOKEN_ID = 'default';

/**
 * A name for a token, without blanks around it.
 *
 * @throws GatewayError where it is not 1 to 64 printable characters, or reserved
 */
export const checkTokenName = (name: string): string => {
  const trimmed = name.trim();
  if (!/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,64}$/u.test(trimmed)) {
    throw new GatewayError('invalid_request', 'The name of an access token has 1 to 64 printable characters.');
  }
  const key = toTokenNameKey(trimmed);
  // Of the form of ids, it could be taken for another token's id.
  if (key === DEFAULT_TOKEN_ID || isTokenId(key)) {
    throw new GatewayError('invalid_request', `The name "${trimmed}" is reserved. Choose another one.`);
  }
  return trimmed;
};

/**
 * What a token is limited to, with everything that is not given.
 *
 * @throws GatewayError that names the limit that makes no sense
 */
export const checkTokenLimits = (limits: Partial<AccessTokenLimits>, now: number): AccessTokenLimits => {
  const { expiresAt = null, account = null, models = null, requestsPerMinute = null } = limits;
  const refuse = (message: string): never => {
    throw new GatewayError('invalid_request', message);
  };
  if (expiresAt !== null && !(Number.isSafeInteger(expiresAt) && expiresAt > now)) {
    refuse('An access token can only expire at a time in the future.');
  }
  if (account !== null && account.trim() === '') refuse('The name of the Cursor account is empty.');
  if (models !== null && (models.length === 0 || models.some((model) => model.trim() === ''))) {
    refuse('The list of models that an access token may use needs at least one, and no empty one.');
  }
  if (requestsPerMinute !== null && !(Number.isSafeInteger(requestsPerMinute) && requestsPerMinute >= 1)) {
    refuse('The number of requests per minute is a whole number from 1.');
  }
  return {
    expiresAt,
    account: account?.trim() ?? null,
    models: models === null ? null : [...new Set(models.map((model) => model.trim()))],
    requestsPerMinute,
  };
};
