import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGzip } from 'node:zlib';
import type { Request, RequestHandler } from 'express';
import { sha256 } from '../../core/digest.ts';

/**
 * Sends a file that is there as `<name>.br`: as it is where Brotli is accepted, as browsers do of a page of this machine, and
 * unpacked otherwise. It is read anew for each request, so that nothing of it stays in memory.
 */
export const sendDocument =
  (folder: string, name: string): RequestHandler =>
  async (request, response) => {
    const packed = await readFile(path.join(folder, `${name}.br`));
    const encoding = chooseEncoding(request);
    response.type(path.extname(name));
    response.vary('Accept-Encoding');
    response.setHeader('Cache-Control', 'no-cache');
    // A weak one: the same under each encoding.
    response.setHeader('ETag', `W/"${sha256(packed, 'hex').slice(0, 32)}"`);
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
    if (encoding === 'br') response.setHeader('Content-Length', packed.length);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    if (encoding === 'br') {
      response.end(packed);
      return;
    }
    const unpacked = createBrotliDecompress();
    unpacked.end(packed);
    try {
      await (encoding === 'gzip' ? pipeline(unpacked, createGzip(), response) : pipeline(unpacked, response));
    } catch (error) {
      // Whoever hung up needs no answer.
      if (!response.destroyed) throw error;
    }
  };

/** Each is asked for by itself: of several that a client likes as well, the first of its list would be taken. */
const chooseEncoding = (request: Request): 'br' | 'gzip' | 'identity' => {
  if (request.acceptsEncodings('br') === 'br') return 'br';
  return request.acceptsEncodings('gzip') === 'gzip' ? 'gzip' : 'identity';
};
