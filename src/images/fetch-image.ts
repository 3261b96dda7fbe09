import { ClientRequest, type IncomingMessage } from 'node:http';
import { Agent } from 'node:https';
import { isIP } from 'node:net';
import { ImageError } from './image-error.ts';
import { isPublicAddress } from './public-address.ts';
import { createPrivateAddressError, createPublicLookup, PRIVATE_ADDRESS } from './public-lookup.ts';
import type { SizeLimit } from './size-limit.ts';

export interface ImageFetcherOptions {
  readonly limit: SizeLimit;
  /** Which IP addresses may be connected to; those of the public internet by default. */
  readonly isAllowedAddress?: (address: string) => boolean;
  /** A certificate authority to trust instead of the usual ones, in PEM. */
  readonly certificateAuthority?: string;
  /** How long one image may take, with all its redirects. */
  readonly timeoutMs?: number;
}

/** Fetches the bytes of an image. Fails with {@link ImageError}, or with the reason of the signal. */
export type FetchImage = (url: string, signal: AbortSignal) => Promise<Buffer>;

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

const toUrl = (text: string, base?: URL): URL => {
  const url = URL.parse(text, base?.href);
  if (url === null || url.protocol !== 'https:') {
    throw new ImageError(
      base === undefined
        ? 'Images are fetched from `https:` URLs only. Use one, or send the image as a data URL.'
        : 'The server of this image redirects to something else than an `https:` URL. Send the image as a data URL.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new ImageError('The URL of an image may not hold a user name or password. Send the image as a data URL.');
  }
  return url;
};

const toImageError = (error: unknown, host: string): ImageError => {
  if (error instanceof ImageError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === PRIVATE_ADDRESS) {
    return new ImageError(
      `Images are fetched from public addresses only, and ${host} has none. Send the image as a data URL.`,
    );
  }
  return new ImageError(
    `This image could not be fetched from ${host}${code === null ? '' : ` (${code})`}. Check its URL, or send the image as a data URL.`,
    { cause: error },
  );
};

const readBody = async (response: IncomingMessage, limit: SizeLimit): Promise<Buffer> => {
  const announced = Number(response.headers['content-length'] ?? Number.NaN);
  if (announced > limit.bytes) throw limit.toError(announced);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit.bytes) throw limit.toError(null);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
};

/**
 * Makes the function that fetches remote images. Only public addresses are connected to, redirects included; neither cookies
 * nor proxies nor credentials are used. A proxy would look names up by itself, out of reach of the address check; so the
 * request is made without the functions that an editor replaces to add one.
 */
export const createImageFetcher = (options: ImageFetcherOptions): FetchImage => {
  const { limit, certificateAuthority, isAllowedAddress = isPublicAddress } = options;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const agent = new Agent({
    keepAlive: false,
    maxCachedSessions: 0,
    lookup: createPublicLookup(isAllowedAddress),
    ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
  });

  const request = async (url: URL, signal: AbortSignal): Promise<IncomingMessage> => {
    const hostname = url.hostname.replace(/^\[(.*)\]$/u, '$1');
    // An address in place of a name is not looked up.
    if (isIP(hostname) !== 0 && !isAllowedAddress(hostname)) throw createPrivateAddressError();
    return new Promise((resolve, reject) => {
      const outgoing = new ClientRequest({
        agent,
        protocol: 'https:',
        hostname,
        port: url.port === '' ? 443 : Number(url.port),
        path: `${url.pathname}${url.search}`,
        headers: {
          host: url.host,
          accept: 'image/png, image/jpeg, image/webp, image/gif',
          'accept-encoding': 'identity',
          'user-agent': 'Portside',
        },
        signal,
      });
      outgoing.once('response', resolve);
      outgoing.on('error', reject);
      outgoing.end();
    });
  };

  const follow = async (text: string, signal: AbortSignal): Promise<Buffer> => {
    let url = toUrl(text);
    try {
      for (let redirects = 0; ; redirects += 1) {
        const response = await request(url, signal);
        try {
          if (response.statusCode === 200) return await readBody(response, limit);
          const { location } = response.headers;
          if (!REDIRECTS.has(response.statusCode) || location === undefined) {
            throw new ImageError(
              `The server of this image, ${url.host}, answered with status ${response.statusCode}. Check its URL, or send the image as a data URL.`,
            );
          }
          if (redirects === MAX_REDIRECTS) {
            throw new ImageError(
              `This image is behind more than ${MAX_REDIRECTS} redirects. Use the URL that they lead to, or send the image as a data URL.`,
            );
          }
          url = toUrl(location, url);
        } finally {
          response.destroy();
        }
      }
    } catch (error) {
      throw toImageError(error, url.host);
    }
  };

  return async (text, signal) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      return await follow(text, AbortSignal.any([signal, timeout]));
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) {
        throw new ImageError(
          `This image took longer than ${timeoutMs / 1000} seconds to fetch. Send it as a data URL.`,
          { cause: error },
        );
      }
      throw error;
    }
  };
};
