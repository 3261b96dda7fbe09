import type { GatewayError } from '../../core/gateway-error.ts';

/** An error as Ollama's API writes it, in an answer and in a stream. */
export const toOllamaError = ({ code, message }: GatewayError): { readonly error: string } => ({
  error: code === 'client_token_invalid' && !message.includes('requireToken') ? `${message} ${NO_TOKEN}` : message,
});

/** Ollama itself wants none, so that some of its tools have no place for one. */
const NO_TOKEN =
  'A tool that cannot send one is let in on this machine where the setting `portside.requireToken` (PORTSIDE_REQUIRE_TOKEN) is off; every other program here is, too, then.';
