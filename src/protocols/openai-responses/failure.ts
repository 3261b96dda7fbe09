import { GatewayError } from '../../core/gateway-error.ts';
import type { RunFailure } from '../../core/run-event.ts';
import type { ResponseObject } from './response-object.ts';

/** A failure as a failed response tells it: in the few codes that OpenAI's clients know there. */
export const toResponseFailure = (failure: RunFailure): NonNullable<ResponseObject['error']> => ({
  code: toCode(failure),
  message: failure.message,
});

const toCode = (failure: RunFailure): string => {
  // Not in OpenAI's list, but what its API sends, and what agents shorten their conversation on.
  if (failure.code === 'context_length_exceeded' || failure.code === 'invalid_image') return failure.code;
  const { status } = GatewayError.fromFailure(failure).spec;
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_prompt' : 'server_error';
};
