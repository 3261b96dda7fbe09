import http from 'node:http';
import https from 'node:https';
import { toOwnAddress } from '../base-url.ts';

/** A port of this machine. The caller makes sure that the host is this machine's own: what is sent could go elsewhere otherwise. */
export interface LocalPort {
  /** The address that was listened at or was to be. */
  readonly host: string;
  readonly port: number;
  readonly isEncrypted: boolean;
}

/** What a server answered. */
export interface LocalAnswer {
  readonly status: number;
  /** Cut off where it is longer than any answer of Portside's. */
  readonly body: string;
}

const MAX_BODY_BYTES = 16_384;

/**
 * Asks a server at a port of this machine, past all proxies.
 *
 * @throws Error with Node.js's `code` where no answer came, and where `signal` was aborted
 */
export const askLocally = async (
  { host, port, isEncrypted }: LocalPort,
  {
    method,
    path,
    headers = {},
    signal,
  }: {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<LocalAnswer> =>
  await new Promise((resolve, reject) => {
    const options = { host: toOwnAddress(host), port, method, path, headers, signal, agent: false } as const;
    const request = isEncrypted
      ? // Certificates are for names that other machines use, or self-signed. Who this is, its instance id tells.
        https.request({ ...options, rejectUnauthorized: false })
      : http.request(options);
    request.once('error', reject);
    // Whatever ends the question without an answer; after an answer it comes too late to count.
    request.once('close', () => reject(new Error('The connection ended without an answer.')));
    // Node.js would end a connection that changes to another protocol, and tell nobody.
    request.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, body: '' });
    });
    request.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
        if (body.length > MAX_BODY_BYTES) request.destroy(new Error('The answer is too long.'));
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.end();
  });
