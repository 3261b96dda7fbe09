import { readFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { ClientRequest } from 'node:http';
import { type Socket, connect as connectPlain } from 'node:net';
import { type TLSSocket, connect as connectSecurely } from 'node:tls';
import { buffer } from 'node:stream/consumers';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Localizer } from '../../core/localizer.ts';

const readCertificate = async (path: string, l10n: Localizer): Promise<X509Certificate> => {
  try {
    return new X509Certificate(await readFile(path));
  } catch (error) {
    throw new GatewayError(
      'invalid_request',
      l10n.t(
        'The certificate in {0} cannot be read, so the server cannot be told from another one. Check the setting portside.tlsCertificatePath.',
        path,
      ),
      { cause: error },
    );
  }
};

/** Resolves once the socket is connected, for TLS to the holder of the very certificate. */
const openSocket = async (
  url: URL,
  certificatePath: string,
  { signal, l10n }: { readonly signal: AbortSignal | null; readonly l10n: Localizer },
): Promise<Socket> => {
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
  const expected = url.protocol === 'https:' ? await readCertificate(certificatePath, l10n) : null;
  return await new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(new Error('The request was given up.'));
    const settle = (): void => {
      signal?.removeEventListener('abort', abort);
      socket.off('error', reject);
    };
    const accept = (): void => {
      settle();
      resolve(socket);
    };
    // Whoever signed it: it is the one that this server was given.
    const judge = (presenting: TLSSocket | null): void => {
      const presented = presenting?.getPeerX509Certificate();
      if (presented?.fingerprint256 === expected?.fingerprint256) {
        accept();
        return;
      }
      socket.destroy(
        new GatewayError(
          'invalid_request',
          l10n.t(
            'The server shows another certificate than the one in the settings. Restart it, so that it takes the present one.',
          ),
        ),
      );
    };
    const secure =
      expected === null ? null : connectSecurely({ host, port, rejectUnauthorized: false }, () => judge(secure));
    const socket = secure ?? connectPlain({ host, port }, accept);
    socket.once('error', (error) => {
      settle();
      reject(error);
    });
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
  });
};

/**
 * Makes a `fetch` for this window's own server: past every proxy, and with a certificate that nobody else trusts, as long as it
 * is the one of the settings. Sends texts, reads whole bodies, and follows no redirect.
 */
export const createOwnServerFetch =
  (readCertificatePath: () => string, l10n: Localizer): typeof globalThis.fetch =>
  async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { method = 'GET', body = null, signal = null } = init;
    if (body !== null && typeof body !== 'string') throw new TypeError('Only a text can be sent.');
    const socket = await openSocket(url, readCertificatePath(), { signal, l10n });
    try {
      const { status, headers, content } = await new Promise<{ status: number; headers: Headers; content: Buffer }>(
        (resolve, reject) => {
          // Not `http.request`: editors replace that by one that takes a socket, and a proxy, of its own choice.
          const asked = new ClientRequest(
            {
              createConnection: () => socket,
              method,
              path: `${url.pathname}${url.search}`,
              headers: { host: url.host, ...Object.fromEntries(new Headers(init.headers)) },
              ...(signal !== null && { signal }),
            },
            (response) => {
              const answered = new Headers();
              for (const [name, values = []] of Object.entries(response.headersDistinct)) {
                for (const value of values) answered.append(name, value);
              }
              buffer(response).then(
                (whole) => resolve({ status: response.statusCode ?? 0, headers: answered, content: whole }),
                reject,
              );
            },
          );
          asked.once('error', reject);
          asked.end(body ?? undefined);
        },
      );
      const isEmpty = status === 204 || status === 304;
      return new Response(isEmpty ? null : new Uint8Array(content), { status, headers });
    } finally {
      socket.destroy();
    }
  };
