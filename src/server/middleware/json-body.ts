import type { IncomingMessage } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';

const LIMIT_MB = 20;

/** How {@link jsonBody} treats a body. */
export interface JsonBodyOptions {
  /** Takes a request without a body; `request.body` is undefined then. */
  readonly isOptional?: boolean;
  /** Called with the bytes of the body, decompressed, before they are parsed. */
  readonly onBytes?: (request: IncomingMessage, bytes: Buffer) => void;
}

/** Reads a JSON body into `request.body`; a missing body, another media type and a body over the limit are refused. */
export const jsonBody = ({ isOptional = false, onBytes }: JsonBodyOptions = {}): (
  | RequestHandler
  | ErrorRequestHandler
)[] => {
  const verify = (request: IncomingMessage, _response: unknown, bytes: Buffer): void => {
    // The parser would take no bytes for an empty object.
    if (bytes.length === 0 && !isOptional) throw emptyBody();
    onBytes?.(request, bytes);
  };
  return [
    requireJson,
    express.json({ limit: `${LIMIT_MB}mb`, strict: false, type: () => true, verify }),
    ...(isOptional ? [] : [requireBody]),
    toGatewayErrors,
  ];
};

const requireJson: RequestHandler = (request, _response, next) => {
  const type = request.headers['content-type'];
  if (type !== undefined && request.headers['content-length'] !== '0' && request.is('json') === false) {
    throw new GatewayError(
      'unsupported_media_type',
      `The body has the type "${type}". Send it with Content-Type: application/json.`,
    );
  }
  next();
};

const requireBody: RequestHandler = (request, _response, next) => {
  if (request.body === undefined) throw emptyBody();
  next();
};

const emptyBody = (): GatewayError => new GatewayError('invalid_json', 'The body is empty. Send a JSON object.');

const toGatewayErrors: ErrorRequestHandler = (error: unknown, _request, _response, next) => next(toGatewayError(error));

/** The errors of body-parser are told apart by their `type`; its README lists them. */
const toGatewayError = (error: unknown): unknown => {
  if (error instanceof GatewayError || typeof error !== 'object' || error === null) return error;
  switch ('type' in error ? error.type : undefined) {
    case 'entity.too.large':
      return new GatewayError('body_too_large', `The body is over the limit of ${LIMIT_MB} MB. Send less.`);
    case 'entity.parse.failed':
      return new GatewayError(
        'invalid_json',
        `The body is not valid JSON: ${error instanceof Error ? error.message : 'it cannot be parsed'}.`,
      );
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new GatewayError(
        'unsupported_media_type',
        'The encoding of the body is not supported. Send UTF-8, plain or compressed by gzip, deflate or br.',
      );
    default:
      // Damaged compression, or a length that does not match.
      return 'status' in error && error.status === 400
        ? new GatewayError('invalid_request', 'The body cannot be read: its length or its compression is wrong.')
        : error;
  }
};
