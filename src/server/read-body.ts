import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { GatewayError } from '../core/gateway-error.ts';
import type { ServerTiming } from './server-timing.ts';

/** What a body may cost. */
export interface BodyLimits extends Pick<ServerTiming, 'bodyGraceMs' | 'bodyBytesPerSecond'> {
  /** Of the body as it arrives, and after decompression. */
  readonly maxMegabytes: number;
}

/**
 * Reads a body, decompressed; no bytes where there is none. Ends at the limit without reading on, and leaves what follows to
 * whoever ends the connection: body-parser would read the rest first, however much it is.
 *
 * @throws GatewayError `body_too_large`, `request_timeout`, `unsupported_media_type`, or `invalid_request` for damaged
 *   compression; DOMException `AbortError` where the client hangs up.
 */
export const readBody = async (
  request: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits,
): Promise<Buffer> => {
  // It has told of that already, and tells of nothing any more.
  if (request.destroyed) throw hungUp();
  if (Number(request.headers['content-length'] ?? 0) > limits.maxMegabytes * BYTES_PER_MEGABYTE) throw tooLarge(limits);
  const decompressor = createDecompressor(request.headers['content-encoding']);
  if (/^100-continue$/i.test(request.headers.expect ?? '')) response.writeContinue();
  return await collect(request, decompressor, limits);
};

const BYTES_PER_MEGABYTE = 1024 * 1024;

const collect = (request: IncomingMessage, decompressor: Transform | null, limits: BodyLimits): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const maxBytes = limits.maxMegabytes * BYTES_PER_MEGABYTE;
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    let size = 0;
    let received = 0;

    const settle = (act: () => void): void => {
      clearTimeout(timer);
      request.off('data', onArrival).off('close', onClose);
      source.off('data', onData).off('end', onEnd);
      // It may go on for as long as it likes; nobody listens.
      if (!request.readableEnded) request.pause();
      if (decompressor !== null) {
        request.unpipe(decompressor);
        decompressor.destroy();
      }
      act();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const onArrival = (data: Buffer): void => {
      received += data.length;
      if (received > maxBytes) fail(tooLarge(limits));
    };
    const onData = (data: Buffer): void => {
      size += data.length;
      if (size > maxBytes) fail(tooLarge(limits));
      else chunks.push(data);
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks)));
    const onClose = (): void => {
      // What had come, but was not read, will never be.
      if (!request.readableEnded) fail(hungUp());
    };
    const checkPace = (): void => {
      const dueMs = limits.bodyGraceMs + (received / limits.bodyBytesPerSecond) * 1000;
      const elapsedMs = performance.now() - startedAt;
      if (elapsedMs < dueMs) timer = setTimeout(checkPace, dueMs - elapsedMs);
      else
        fail(new GatewayError('request_timeout', 'The body arrives too slowly. Try again over a faster connection.'));
    };

    let timer = setTimeout(checkPace, limits.bodyGraceMs);
    const source: Readable = decompressor === null ? request : request.pipe(decompressor);
    decompressor?.on('error', () => fail(damaged()));
    source.on('data', onData).on('end', onEnd);
    request.on('data', onArrival).on('close', onClose);
  });

const createDecompressor = (encoding = 'identity'): Transform | null => {
  switch (encoding.toLowerCase()) {
    case 'identity':
      return null;
    case 'gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new GatewayError(
        'unsupported_media_type',
        'The encoding of the body is not supported. Send it plain, or compressed by gzip, deflate or br.',
      );
  }
};

const hungUp = (): DOMException => new DOMException('The client has hung up.', 'AbortError');

const tooLarge = ({ maxMegabytes }: BodyLimits): GatewayError =>
  new GatewayError(
    'body_too_large',
    `The body is over the limit of ${maxMegabytes} MB. Send less, or raise the setting portside.maxBodyMegabytes (PORTSIDE_MAX_BODY_MB).`,
  );

const damaged = (): GatewayError =>
  new GatewayError('invalid_request', 'The body cannot be read: its compression is damaged.');
