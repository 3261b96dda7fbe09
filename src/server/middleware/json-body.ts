import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';
import { type BodyLimits, readBody } from '../read-body.ts';
import { getTrace } from './record-activity.ts';

/** How {@link jsonBody} treats a body. */
export interface JsonBodyOptions {
  readonly limits: BodyLimits;
  /**
   * Takes a body of any type from programs, as Ollama does: curl calls JSON a form where nobody tells it otherwise. Pages say
   * where they are from, and must say that they send JSON: only then browsers ask first whether they may.
   */
  readonly takesAnyType?: boolean;
  /** Takes a request without a body; `request.body` is undefined then. */
  readonly isOptional?: boolean;
  /** Called with the bytes of the body, decompressed, before they are parsed. */
  readonly onBytes?: (request: IncomingMessage, bytes: Buffer) => void;
}

/** Reads a JSON body into `request.body`; a missing body, another media type and a body over the limit are refused. */
export const jsonBody =
  ({ limits, takesAnyType = false, isOptional = false, onBytes }: JsonBodyOptions): RequestHandler =>
  async (request, response, next) => {
    if (!takesAnyType || isFromPage(request)) checkType(request);
    const bytes = await readBody(request, response, limits);
    if (bytes.length > 0) {
      getTrace(response)?.noteBody(bytes);
      onBytes?.(request, bytes);
      request.body = parse(bytes);
    } else if (!isOptional) {
      throw new GatewayError('invalid_json', 'The body is empty. Send a JSON object.');
    }
    next();
  };

/** Browsers say so in one way or both, save for what their user does; a few leave `Origin` out. */
const isFromPage = ({ headers }: Request): boolean => {
  const site = headers['sec-fetch-site']?.toString();
  return headers.origin !== undefined || (site !== undefined && site !== 'none' && site !== 'same-origin');
};

const checkType = (request: Request): void => {
  const { 'content-type': type, 'content-length': length } = request.headers;
  if (length === '0') return;
  // A page may send what has no type to any server without asking it first; programs may leave the type out.
  const isJson = type === undefined ? !isFromPage(request) : request.is('json') !== false;
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type ?? '')?.[1] ?? 'utf-8';
  if (isJson && /^(?:utf-?8|us-ascii)$/i.test(charset)) return;
  throw new GatewayError(
    'unsupported_media_type',
    type === undefined
      ? 'The body has no type. Send it with Content-Type: application/json.'
      : `The body has the type "${type.slice(0, 100)}". Send UTF-8 with Content-Type: application/json.`,
  );
};

const parse = (bytes: Buffer): unknown => {
  try {
    // Leaves a byte order mark out.
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new GatewayError(
      'invalid_json',
      `The body is not valid JSON: ${error instanceof Error ? error.message : 'it cannot be parsed'}.`,
    );
  }
};
