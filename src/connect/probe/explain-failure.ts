import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';

/** As OpenAI's API, Anthropic's and Ollama's write it. */
const errorSchema = z.object({
  error: z.union([
    z.object({ message: z.string(), code: z.string().nullish() }),
    z.string().transform((message) => ({ message, code: null })),
  ]),
});

/** An answer that is an error. */
export interface FailedAnswer {
  readonly status: number;
  readonly body: string;
  readonly url: string;
  /** Whether it says how to log in. */
  readonly isTokenRefused: boolean;
}

/** What to say of an answer that is an error. */
export const explainStatus = ({ status, body, url, isTokenRefused }: FailedAnswer): GatewayError => {
  const error = parseError(body);
  if (error === null) {
    return new GatewayError(
      'upstream_error',
      `${new URL(url).origin} answered with status ${status}, and not as Portside does. Another program may have the port.`,
    );
  }
  if (isTokenRefused || error.code === 'invalid_api_key') {
    return new GatewayError(
      'client_token_invalid',
      `The server does not know the access token that this tool would send. It says: ${error.message}`,
    );
  }
  // Two of the three APIs have no codes.
  if (error.code === 'model_not_found' || (status === 404 && !error.code && /\bmodel\b/i.test(error.message))) {
    return new GatewayError('model_not_found', error.message);
  }
  if (status === 404) {
    const { origin, pathname } = new URL(url);
    return new GatewayError(
      'upstream_error',
      `${origin} has nothing at ${pathname}: it may be another program, or an older Portside. It says: ${error.message}`,
    );
  }
  return new GatewayError(status >= 500 ? 'upstream_error' : 'invalid_request', error.message);
};

const parseError = (body: string): { readonly message: string; readonly code?: string | null | undefined } | null => {
  try {
    return errorSchema.parse(JSON.parse(body)).error;
  } catch {
    return null;
  }
};

const NOBODY = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ETIMEDOUT']);

const NOT_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO']);

/** Codes of OpenSSL's and Node.js's for a certificate that is not trusted. */
const CERTIFICATE = /CERT|SIGNATURE|ISSUER/;

/** What to say of a request that got no answer. */
export const explainNoAnswer = (error: unknown, url: string): GatewayError => {
  const { origin } = new URL(url);
  const code = findCode(error);
  if (code === null) {
    return new GatewayError('upstream_error', `${origin} gave no answer that makes sense.`, { cause: error });
  }
  if (NOBODY.has(code)) {
    return new GatewayError('upstream_error', `Nothing answers at ${origin}. Start Portside, and try again.`, {
      cause: error,
    });
  }
  if (NOT_TLS.has(code)) {
    return new GatewayError(
      'upstream_error',
      `${origin} does not speak TLS (${code}). Its base URL begins with http://.`,
      { cause: error },
    );
  }
  if (CERTIFICATE.test(code)) {
    return new GatewayError(
      'upstream_error',
      `The certificate of ${origin} is not trusted (${code}). The tool may refuse it as well: have it trust the certificate, for one that runs on Node.js by NODE_EXTRA_CA_CERTS.`,
      { cause: error },
    );
  }
  return new GatewayError('upstream_error', `${origin} gave no answer (${code}).`, { cause: error });
};

/** The code of an error or of what has caused it. */
const findCode = (error: unknown): string | null => {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return findCode(error.errors[0]) ?? findCode(error.cause);
  return findCode(error.cause);
};
