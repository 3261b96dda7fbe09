import { GatewayError } from '../core/gateway-error.ts';
import { NO_ANSWER } from '../core/no-answer.ts';

/** The error of an answer whose run was over before its last event. */
export const toNoAnswer = (): GatewayError => GatewayError.fromFailure(NO_ANSWER);
