import { GatewayError } from '../../core/gateway-error.ts';

/**
 * Gives back an id that a client chose for its session, if it can be one: 1 to 128 visible ASCII characters, which every
 * header and path can carry. `name` says where it came from.
 *
 * @throws GatewayError `invalid_request`
 */
export const checkSessionId = (id: string, name: string): string => {
  if (/^[!-~]{1,128}$/.test(id)) return id;
  throw new GatewayError(
    'invalid_request',
    `${name} must be 1 to 128 visible ASCII characters, without spaces: it is the id of a session.`,
    { param: name },
  );
};
