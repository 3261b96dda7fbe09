import type { GatewayError } from '../core/gateway-error.ts';
import { toAnthropicError } from '../protocols/anthropic/error.ts';
import { toOllamaError } from '../protocols/ollama/error.ts';
import { toOpenAiError } from '../protocols/openai-error.ts';
import { toStatusWithout422 } from '../protocols/status-without-422.ts';
import type { Wire } from './wire-of.ts';

/** Status and body of a failure, in the form of the API that was asked. */
export const toErrorAnswer = (
  wire: Wire,
  error: GatewayError,
  requestId: string,
): { readonly status: number; readonly body: object } => {
  switch (wire) {
    case 'openai':
      return { status: error.spec.status, body: toOpenAiError(error) };
    case 'anthropic':
      return { status: toStatusWithout422(error), body: toAnthropicError(error, requestId) };
    case 'ollama':
      return { status: toStatusWithout422(error), body: toOllamaError(error) };
  }
};
