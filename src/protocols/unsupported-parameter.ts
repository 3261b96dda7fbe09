import { GatewayError } from '../core/gateway-error.ts';

/** Refuses a field that Cursor has no way to serve, saying why. */
export const toUnsupportedParameter = (param: string, why: string): GatewayError =>
  new GatewayError('unsupported_parameter', `${param} is not supported: ${why}`, { param });

/** Why log probabilities are refused on every wire. */
export const NO_PROBABILITIES = 'Cursor does not report token probabilities.';
