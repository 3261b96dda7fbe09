import { GatewayError } from '../core/gateway-error.ts';

/** OpenAI's limit. */
const MAX_TOOLS = 128;

/** @throws GatewayError `unsupported_value` for more than 128 tools in `field` */
export const refuseTooManyTools = (count: number, field: string): void => {
  if (count <= MAX_TOOLS) return;
  throw new GatewayError('unsupported_value', `${field}: ${count} were sent, at most ${MAX_TOOLS} can be.`, {
    param: field,
  });
};

/** Refuses the second tool of a name. */
export const toDuplicateTool = (param: string, name: string): GatewayError =>
  new GatewayError('validation_failed', `${param}: "${name}" is there twice.`, { param });

/** Refuses a choice of a tool that is none of those in `field`. */
export const toUnknownTool = (param: string, name: string, field: string): GatewayError =>
  new GatewayError('invalid_request', `${param}: "${name}" is none of the ${field} of this request.`, { param });

/** Refuses a choice that demands a call where there is nothing in `field`. */
export const toNeedsTools = (param: string, field: string): GatewayError =>
  new GatewayError('invalid_request', `${param}: a call is demanded, but there are no ${field} in this request.`, {
    param,
  });
