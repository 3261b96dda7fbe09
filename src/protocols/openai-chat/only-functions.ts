import { GatewayError } from '../../core/gateway-error.ts';
import { toParam } from '../validation-error.ts';

/** Refuses a tool, a call or a choice of another type than `function`, such as `custom`, by name. */
export const toOnlyFunctions = (type: string, path: readonly PropertyKey[]): GatewayError => {
  const param = toParam(path);
  return new GatewayError('unsupported_value', `${param}: "${type}" is not supported. Only "function" is.`, { param });
};
