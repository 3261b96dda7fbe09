import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type BodyLimits, readBody } from '../../../src/server/read-body.ts';

/** Nothing here may wait for the pace. */
const LIMITS: BodyLimits = { maxMegabytes: 1, bodyGraceMs: 600_000, bodyBytesPerSecond: 1 };
const BODY = Buffer.from('{"messages":[]}');

const head = (...headers: readonly string[]): string =>
  ['POST / HTTP/1.1', 'Host: localhost', ...headers, '', ''].join('\r\n');

/** Sends a request and hangs up once the server has its head; gives what reading its body then comes to. */
const readAfterHangUp = async (request: string, body: Buffer): Promise<unknown> => {
  const outcome = Promise.withResolvers<unknown>();
  const server = createServer(async (incoming: IncomingMessage, response) => {
    const closed = once(incoming, 'close').catch(() => undefined);
    client.resetAndDestroy();
    await closed;
    outcome.resolve(await readBody(incoming, response, LIMITS).catch((error: unknown) => error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  try {
    client.write(Buffer.concat([Buffer.from(request), body]));
    return await outcome.promise;
  } finally {
    client.destroy();
    server.close();
  }
};

test.each<[name: string, request: string, body: Buffer]>([
  ['in the middle of it', head('Content-Length: 1000'), BODY],
  ['before it', head('Content-Length: 1000'), Buffer.alloc(0)],
  ['in the middle of its chunks', head('Transfer-Encoding: chunked'), Buffer.from('5\r\n12345\r\n')],
  ['in the middle of it, compressed', head('Content-Length: 1000', 'Content-Encoding: gzip'), gzipSync(BODY)],
  ['after all of it', head(`Content-Length: ${BODY.length}`), BODY],
  ['before it was told to go on', head('Content-Length: 1000', 'Expect: 100-continue'), Buffer.alloc(0)],
])('a client that hung up %s, before it was read, is not waited for', async (_name, request, body) => {
  expect(await readAfterHangUp(request, body)).toMatchObject({ name: 'AbortError' });
});

test('a client that hangs up while what it has sent is decompressed is not waited for', async () => {
  const request = new IncomingMessage(new Socket());
  request.headers = { 'content-encoding': 'gzip' };
  const data = gzipSync(randomBytes(500_000));
  for (let start = 0; start < data.length; start += 50_000) request.push(data.subarray(start, start + 50_000));
  request.push(null);
  request.complete = true;
  request.once('pause', () => request.destroy());
  await expect(readBody(request, new ServerResponse(request), LIMITS)).rejects.toMatchObject({ name: 'AbortError' });
});
