import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress, gzip } from 'node:zlib';
import type { Request, RequestHandler } from 'express';
import { sha256 } from '../../core/digest.ts';

const unpack = promisify(brotliDecompress);
const pack = promisify<Buffer, Buffer>(gzip);

/**
 * Sends a file that is there as `<name>.br`: as it is where Brotli is accepted, as browsers do of a page of this machine, and
 * unpacked otherwise. It is given to the connection as a whole, so that who takes it too slowly is cut off as everywhere. However
 * many are sent it at once, it is in memory once, and not at all when nobody is.
 */
export const sendDocument = (folder: string, name: string): RequestHandler => {
  const readPacked = shareWhileUsed(async () => await readFile(path.join(folder, `${name}.br`)));
  const readPlain = shareWhileUsed(async () => await unpack(await readPacked()));
  const read = { br: readPacked, identity: readPlain, gzip: shareWhileUsed(async () => await pack(await readPlain())) };
  return async (request, response) => {
    const packed = await readPacked();
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
    const bytes = await read[encoding]();
    if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
    response.setHeader('Content-Length', bytes.length);
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };
};

/** Gives the same bytes to all who want them while one of them still has them, and makes them anew afterwards. */
const shareWhileUsed = (make: () => Promise<Buffer>): (() => Promise<Buffer>) => {
  let present: WeakRef<Buffer> | null = null;
  let underWay: Promise<Buffer> | null = null;
  const begin = async (): Promise<Buffer> => {
    try {
      const bytes = await make();
      present = new WeakRef(bytes);
      return bytes;
    } finally {
      underWay = null;
    }
  };
  return async () => present?.deref() ?? (await (underWay ??= begin()));
};

/** Each is asked for by itself: of several that a client likes as well, the first of its list would be taken. */
const chooseEncoding = (request: Request): 'br' | 'gzip' | 'identity' => {
  if (request.acceptsEncodings('br') === 'br') return 'br';
  return request.acceptsEncodings('gzip') === 'gzip' ? 'gzip' : 'identity';
};
