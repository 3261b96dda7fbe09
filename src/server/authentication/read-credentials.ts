import type { IncomingMessage } from 'node:http';
import { readHost } from '../../core/loopback-guard.ts';
import { readRequestHead } from '../request-head.ts';

/** What of a request says who sent it. */
export interface RequestCredentials {
  /** The `Authorization` header. */
  readonly authorization?: string | undefined;
  /** The `x-api-key` header. */
  readonly apiKey?: string | undefined;
  /** The `X-Portside-Account` header. */
  readonly account?: string | undefined;
  /** Where it comes from, as the socket says. */
  readonly address: string;
  /** The host that it was sent to, as it says itself: with a port or without. Empty where a proxy has passed it on. */
  readonly host: string;
}

/** What proxies and tunnels add (RFC 9110 §7.6.3, RFC 7239, and the customs before it). */
const FORWARDED = [
  'via',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
  'cf-connecting-ip',
];

/** The tokens that a request brings, each once: of `Authorization: Bearer` (RFC 6750) first, then of `x-api-key`. */
export const readTokens = ({ authorization, apiKey }: RequestCredentials): readonly string[] => {
  const tokens = new Set([readBearer(authorization) ?? '', apiKey?.trim() ?? '']);
  tokens.delete('');
  return [...tokens];
};

/** The token of an `Authorization: Bearer` header. */
export const readBearer = (authorization: string | undefined): string | null =>
  /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null;

/** What an HTTP request, an upgrade to a WebSocket included, says of its sender. */
export const toRequestCredentials = (request: IncomingMessage): RequestCredentials => {
  const { headers, socket } = request;
  return {
    authorization: headers.authorization,
    apiKey: toText(headers['x-api-key']),
    account: toText(headers['x-portside-account']),
    address: socket.remoteAddress ?? '',
    // What a proxy has passed on may come from anywhere, whatever host it was sent to.
    host: FORWARDED.some((name) => headers[name] !== undefined) ? '' : readHost(readRequestHead(request)),
  };
};

const toText = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(', ') : header;
