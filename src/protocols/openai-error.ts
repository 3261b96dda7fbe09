import type { GatewayError } from '../core/gateway-error.ts';

/** An error as OpenAI's API writes it; all four fields are always there. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

export const toOpenAiError = ({ message, param, spec }: GatewayError): OpenAiErrorBody => ({
  error: { message, type: spec.type, param, code: spec.openaiCode },
});
