import type { GatewayError } from '../core/gateway-error.ts';
import { toAnthropicError, toAnthropicStatus } from '../protocols/anthropic/error.ts';
import { toOllamaError, toOllamaStatus } from '../protocols/ollama/error.ts';
import { toOpenAiError } from '../protocols/openai-error.ts';
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
      return { status: toAnthropicStatus(error), body: toAnthropicError(error, requestId) };
    case 'ollama':
      return { status: toOllamaStatus(error), body: toOllamaError(error) };
  }
};
