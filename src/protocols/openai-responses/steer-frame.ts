import type { JsonObject } from '../../core/json-object.ts';
import { refuseDeepNesting } from '../nesting-limit.ts';

/**
 * The answer to `response.steer`, with what was sent: Cursor takes no input while it answers.
 *
 * @throws GatewayError `invalid_request` where the input cannot be sent back
 */
export const toSteerFailedFrame = ({ previous_response_id: id, input }: JsonObject): string => {
  refuseDeepNesting(input, ['input']);
  return JSON.stringify({
    type: 'response.steer.failed',
    // It belongs to no response, whose events are counted.
    sequence_number: 0,
    steer: { previous_response_id: typeof id === 'string' ? id : '', input: input ?? '' },
    error: {
      type: 'invalid_request_error',
      code: 'steering_not_supported',
      message:
        'A response cannot be steered while Cursor makes it. Send the input by response.create once it has ended.',
    },
  });
};
