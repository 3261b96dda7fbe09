import type { GatewayError } from '../core/gateway-error.ts';

/**
 * Recognizes a GatewayError, whose message may be shown; `null` for any other error. The server is another bundle with a class
 * of its own, so `instanceof` would not find it.
 */
export const toGatewayFailure = (error: unknown): Pick<GatewayError, 'code' | 'message'> | null => {
  const isOne = (value: unknown): value is GatewayError =>
    value instanceof Error && value.name === 'GatewayError' && 'code' in value;
  return isOne(error) ? error : null;
};
