import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import { GatewayError } from '../core/gateway-error.ts';

/** Answers with JSON. */
export function sendJson(
  response: HttpResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Answers with an error in the form that the control endpoints share with the server. */
export function sendError(response: HttpResponse, error: GatewayError, headers: Record<string, string> = {}): void {
  const { status, type, openaiCode } = error.spec;
  sendJson(
    response,
    status,
    { error: { message: error.message, type, param: error.param, code: openaiCode } },
    headers,
  );
}

/**
 * Reads a request's body as text, to its end even where it is too large: an answer in the middle would not arrive.
 * @throws GatewayError `body_too_large`
 */
export async function readBody(request: HttpRequest, maximumBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    sizeBytes += bytes.length;
    if (sizeBytes <= maximumBytes) chunks.push(bytes);
  }
  if (sizeBytes > maximumBytes) {
    throw new GatewayError('body_too_large', `The body is over the limit of ${maximumBytes} bytes.`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
