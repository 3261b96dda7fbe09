import { GatewayError } from '../../core/gateway-error.ts';
import type { RunFailure } from '../../core/run-event.ts';
import type { ResultFold } from '../stream-encoder.ts';
import { toNoAnswer } from '../to-no-answer.ts';
import type { ResponseEncoder } from './response-encoder.ts';

/** The response of an encoder when all of its events are pushed: the same that ends its stream. A failed one becomes an error. */
export const createResponseResult = (encoder: ResponseEncoder): ResultFold => {
  let failure: RunFailure | null = null;
  return {
    push(event) {
      if (event.type === 'run-error') failure = event.error;
      else encoder.push(event);
    },
    toResult() {
      if (failure !== null) throw GatewayError.fromFailure(failure);
      const { response } = encoder;
      if (response.status === 'completed' || response.status === 'incomplete') return response;
      throw toNoAnswer();
    },
  };
};
