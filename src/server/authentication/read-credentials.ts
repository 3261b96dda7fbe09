import type { IncomingMessage } from 'node:http';

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
}

/** The tokens that a request brings, each once: of `Authorization: Bearer` (RFC 6750) first, then of `x-api-key`. */
export const readTokens = ({ authorization, apiKey }: RequestCredentials): readonly string[] => {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  const tokens = new Set([bearer ?? '', apiKey?.trim() ?? '']);
  tokens.delete('');
  return [...tokens];
};

/** What an HTTP request, an upgrade to a WebSocket included, says of its sender. */
export const toRequestCredentials = ({ headers, socket }: IncomingMessage): RequestCredentials => ({
  authorization: headers.authorization,
  apiKey: toText(headers['x-api-key']),
  account: toText(headers['x-portside-account']),
  address: socket.remoteAddress ?? '',
});

const toText = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(', ') : header;
