import type { GatewayError } from '../../core/gateway-error.ts';

/** An error as Ollama's API writes it, in an answer and in a stream. */
export const toOllamaError = ({ message }: GatewayError): { readonly error: string } => ({ error: message });
