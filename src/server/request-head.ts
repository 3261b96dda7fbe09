import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { RequestHead } from '../core/loopback-guard.ts';

/** What the guard looks at in a request, an upgrade included. */
export const readRequestHead = (request: IncomingMessage): RequestHead => ({
  target: request.url ?? '',
  // `headers.host` would hide a second one.
  hosts: request.headersDistinct['host'] ?? [],
  origin: request.headers.origin,
  isEncrypted: request.socket instanceof TLSSocket,
});
