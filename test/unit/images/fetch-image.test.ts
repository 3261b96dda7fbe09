import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createImagePreparer } from '../../../src/images/create-image-preparer.ts';
import { createImageFetcher, type ImageFetcherOptions } from '../../../src/images/fetch-image.ts';
import { createSizeLimit } from '../../../src/images/size-limit.ts';
import {
  CONVERTER_PATH,
  decodePng,
  imageUrlsOf,
  readImage,
  toDataUrl,
  toImageMessage,
} from '../../support/test-images.ts';

const readPem = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, '../../fixtures/tls', `${name}.pem`), 'utf8');

const certificate = readPem('certificate');
const png = readImage('halves.png');
const TRUST: Omit<ImageFetcherOptions, 'limit'> = { isAllowedAddress: () => true, certificateAuthority: certificate };

/** An https server on loopback; `sockets` counts the connections that it was given. */
const startServer = async (answer: RequestListener) => {
  let sockets = 0;
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer({ cert: certificate, key: readPem('key') }, (request, response) => {
    requests.push(request.headers);
    answer(request, response);
  });
  server.on('connection', () => {
    sockets += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `https://localhost:${port}`, port, requests, sockets: () => sockets };
};

const fetchFrom = async (url: string, options: Partial<ImageFetcherOptions> = {}, signal?: AbortSignal) =>
  createImageFetcher({ limit: createSizeLimit(1), ...TRUST, ...options })(url, signal ?? new AbortController().signal);

const redirectTo =
  (location: string | ((url: string) => string)): RequestListener =>
  (request, response) => {
    const target = typeof location === 'string' ? location : location(request.url ?? '/');
    if (target === '') response.end(png);
    else response.writeHead(302, { location: target }).end();
  };

test('an image is fetched with the headers that it takes, and no others', async () => {
  const server = await startServer((_request, response) => response.end(png));
  expect(await fetchFrom(`${server.origin}/a.png?size=1#part`)).toEqual(png);
  expect(server.requests).toEqual([
    {
      host: `localhost:${server.port}`,
      accept: 'image/png, image/jpeg, image/webp, image/gif',
      'accept-encoding': 'identity',
      'user-agent': 'Portside',
      connection: 'close',
    },
  ]);
});

test.each([
  ['three redirects', 3],
  ['none', 0],
])('%s are followed, also relative ones', async (_name, count) => {
  const server = await startServer(
    redirectTo((url) => (Number(url.slice(1)) === 0 ? '' : `${Number(url.slice(1)) - 1}`)),
  );
  expect(await fetchFrom(`${server.origin}/${count}`)).toEqual(png);
  expect(server.requests).toHaveLength(count + 1);
});

test.each<[name: string, location: string, message: RegExp]>([
  ['to itself, without end', '/', /more than 3 redirects/u],
  ['to http', 'http://localhost/a.png', /something else than an `https:` URL/u],
  ['to a file', 'file:///etc/passwd', /something else than an `https:` URL/u],
  ['to nonsense', 'https://', /something else than an `https:` URL/u],
  ['to a URL with a password', 'https://me:secret@localhost/', /user name or password/u],
])('a redirect %s is refused', async (_name, location, message) => {
  const server = await startServer(redirectTo(location));
  await expect(fetchFrom(server.origin)).rejects.toThrow(message);
});

test.each([
  ['http', 'http://localhost/a.png', /`https:` URLs only/u],
  ['no URL', 'https://', /`https:` URLs only/u],
  ['a password', 'https://me:secret@localhost/a.png', /user name or password/u],
  ['a user name', 'https://me@localhost/a.png', /user name or password/u],
])('%s is refused', async (_name, url, message) => {
  await expect(fetchFrom(url)).rejects.toThrow(message);
});

test.each([
  'localhost',
  '127.0.0.1',
  '127.1',
  '0x7f000001',
  '2130706433',
  '[::ffff:127.0.0.1]',
  '[::1]',
  '0.0.0.0',
  '[::]',
])('the host %s is not connected to', async (host) => {
  const server = await startServer((_request, response) => response.end(png));
  await expect(
    createImageFetcher({ limit: createSizeLimit(1), certificateAuthority: certificate })(
      `https://${host}:${server.port}/`,
      new AbortController().signal,
    ),
  ).rejects.toThrow(/from public addresses only/u);
  expect(server.sockets()).toBe(0);
});

test.each(['https://169.254.169.254/latest/meta-data', 'https://[fd00:ec2::254]/', 'https://10.0.0.1/'])(
  'a redirect to %s is not followed',
  async (location) => {
    const server = await startServer(redirectTo(location));
    const isAllowedAddress = (address: string): boolean => address === '127.0.0.1';
    await expect(fetchFrom(server.origin, { isAllowedAddress })).rejects.toThrow(/from public addresses only/u);
    expect(server.sockets()).toBe(1);
  },
);

test('the address that is connected to is the one that was checked', async () => {
  const server = await startServer((_request, response) => response.end(png));
  const seen: string[] = [];
  const isAllowedAddress = (address: string): boolean => {
    seen.push(address);
    return address === '127.0.0.1';
  };
  expect(await fetchFrom(server.origin, { isAllowedAddress })).toEqual(png);
  expect(seen).toContain('127.0.0.1');
});

test('a certificate that nobody vouches for is refused', async () => {
  const server = await startServer((_request, response) => response.end(png));
  const fetchImage = createImageFetcher({ limit: createSizeLimit(1), isAllowedAddress: () => true });
  await expect(fetchImage(server.origin, new AbortController().signal)).rejects.toThrow(
    /could not be fetched from localhost:\d+ \(\w+\)/u,
  );
});

test.each<[name: string, answer: RequestListener, message: RegExp]>([
  ['404', (_request, response) => response.writeHead(404).end(), /answered with status 404/u],
  ['204', (_request, response) => response.writeHead(204).end(), /answered with status 204/u],
  ['a redirect to nowhere', (_request, response) => response.writeHead(302).end(), /answered with status 302/u],
  [
    'a length over the limit',
    (_request, response) => response.writeHead(200, { 'content-length': 9_999_999 }).write('a'),
    /may have 1 MB, and this one has 9\.54 MB/u,
  ],
  [
    'more than the limit, without saying so',
    (_request, response) => response.writeHead(200).write(Buffer.alloc(1024 * 1024 + 1)),
    /may have 1 MB, and this one is larger/u,
  ],
  [
    'half an answer',
    (_request, response) => response.writeHead(200, { 'content-length': 99 }).write('a', () => response.destroy()),
    /could not be fetched/u,
  ],
  ['nothing', (request) => request.socket.destroy(), /could not be fetched/u],
])('a server that answers %s is told of', async (_name, answer, message) => {
  const server = await startServer(answer);
  await expect(fetchFrom(server.origin)).rejects.toThrow(message);
});

test.each<[name: string, answer: RequestListener]>([
  ['says nothing', () => undefined],
  ['never ends', (_request, response) => response.writeHead(200).write('a')],
])('a server that %s runs into the time limit', async (_name, answer) => {
  const server = await startServer(answer);
  await expect(fetchFrom(server.origin, { timeoutMs: 200 })).rejects.toThrow(/took longer than 0\.2 seconds/u);
});

test('a request that is hung up ends the fetch with its own reason', async () => {
  const controller = new AbortController();
  const server = await startServer(() => controller.abort(new Error('Hung up.')));
  await expect(fetchFrom(server.origin, {}, controller.signal)).rejects.toThrow('Hung up.');
});

test('remote images are prepared by what they are, not by what they are called', async () => {
  const server = await startServer((request, response) =>
    response.setHeader('content-type', 'text/html').end(request.url === '/animated' ? readImage('animated.gif') : png),
  );
  const prepare = createImagePreparer({
    converterPath: CONVERTER_PATH,
    maxImageMegabytes: 1,
    allowsRemoteImages: true,
    remote: TRUST,
  });
  const message = toImageMessage(`${server.origin}/plain`, `${server.origin}/animated`, `${server.origin}/plain`);
  const [plain, animated, again] = imageUrlsOf(await prepare([message], new AbortController().signal));
  expect([plain, again]).toEqual([toDataUrl(png), toDataUrl(png)]);
  expect(decodePng(animated ?? '').width).toBe(16);
  expect(server.requests).toHaveLength(2);
});

test('a page in place of an image is refused, with the field that it came in', async () => {
  const server = await startServer((_request, response) =>
    response.setHeader('content-type', 'image/png').end('<!doctype html>'),
  );
  const prepare = createImagePreparer({
    converterPath: CONVERTER_PATH,
    maxImageMegabytes: 1,
    allowsRemoteImages: true,
    remote: TRUST,
  });
  await expect(
    prepare([toImageMessage(toDataUrl(png), server.origin)], new AbortController().signal),
  ).rejects.toMatchObject({
    code: 'invalid_image',
    param: 'images.1',
    message: expect.stringContaining('Send PNG, JPEG, GIF or WebP.'),
  });
});
