import { readFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDocuments } from '../../scripts/write-documents.mjs';
import type { BackendStatus } from '../../src/core/backend.ts';
import { openRawConnection } from '../support/raw-connection.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { startApp } from '../support/start-app.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const DOCUMENT = JSON.parse(readFileSync(path.join(ROOT, 'docs/openapi.json'), 'utf8'));

// Their scripts are not searched for what looks like a secret.
const folder = createTemporaryFolder({ isScanned: false });
beforeAll(() => writeDocuments(ROOT, folder.path, 1));
afterAll(() => folder.remove());

const start = async (status: BackendStatus = 'ready') =>
  await startApp(createScriptedBackend({ state: { status } }).backend, {
    documentsFolder: folder.path,
    version: '1.2.3',
  });

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request without a token, whose answer is not unpacked. */
const ask = async (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(url, { method, headers }, (response) => {
    const { statusCode = 0, headers: answered } = response;
    resolve(buffer(response).then((body) => ({ status: statusCode, headers: answered, body })));
  });
  sent.once('error', reject).end();
  return await promise;
};

const PAGES = [
  ['/openapi.json', 'application/json; charset=utf-8'],
  ['/docs', 'text/html; charset=utf-8'],
  ['/docs/swagger-ui.js', 'text/javascript; charset=utf-8'],
  ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
  ['/docs/docs.js', 'text/javascript; charset=utf-8'],
  ['/docs/docs.css', 'text/css; charset=utf-8'],
  ['/docs/index.css', 'text/css; charset=utf-8'],
  ['/docs/icon.svg', 'image/svg+xml'],
  ['/favicon.ico', 'image/svg+xml'],
  ['/redoc', 'text/html; charset=utf-8'],
  ['/redoc/redoc.js', 'text/javascript; charset=utf-8'],
  ['/redoc/redoc-page.js', 'text/javascript; charset=utf-8'],
  ['/redoc/redoc.css', 'text/css; charset=utf-8'],
] as const;

test.each(PAGES)('%s is public, is checked anew each time, and is for reading alone', async (target, type) => {
  await using app = await start();
  const url = `${app.url}${target}`;
  const { status, headers, body } = await ask(url);
  expect({ status, type: headers['content-type'], cache: headers['cache-control'] }).toEqual({
    status: 200,
    type,
    cache: 'no-cache',
  });
  expect(body.length).toBeGreaterThan(100);
  const same = await ask(url, { 'If-None-Match': String(headers.etag) });
  expect([same.status, same.body.length]).toEqual([304, 0]);
  expect((await ask(url, { 'If-None-Match': '"other"' })).status).toBe(200);
  const head = await ask(url, {}, 'HEAD');
  expect([head.status, head.body.length, head.headers.etag]).toEqual([200, 0, headers.etag]);
  const post = await ask(url, {}, 'POST');
  expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
});

test.each([
  ['br', 'br', brotliDecompressSync],
  ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
  ['gzip, deflate', 'gzip', gunzipSync],
  ['br;q=0, gzip', 'gzip', gunzipSync],
  ['identity', undefined, (body: Buffer) => body],
  ['', undefined, (body: Buffer) => body],
] as const)('Accept-Encoding "%s" is given %s', async (accepted, encoding, unpack) => {
  await using app = await start();
  const { headers, body } = await ask(`${app.url}/openapi.json`, { 'Accept-Encoding': accepted });
  expect(headers['content-encoding']).toBe(encoding);
  expect(headers.vary).toContain('Accept-Encoding');
  expect(JSON.parse(unpack(body).toString())).toEqual(DOCUMENT);
  // Sent as a whole: who takes it too slowly is cut off.
  expect([headers['content-length'], headers['transfer-encoding']]).toEqual([String(body.length), undefined]);
  const head = await ask(`${app.url}/openapi.json`, { 'Accept-Encoding': accepted }, 'HEAD');
  expect([head.headers['content-length'], head.body.length]).toEqual([String(body.length), 0]);
});

test('who asks for many at once and reads none is cut off', async () => {
  await using app = await startApp(createScriptedBackend({}).backend, {
    documentsFolder: folder.path,
    limits: { slowReaderMs: 200 },
  });
  using connection = await openRawConnection(app.port);
  connection.socket.pause();
  connection.socket.write('GET /redoc/redoc.js HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(12));
  const hungUp = () => app.logger.lines.filter((line) => line.includes('/redoc/redoc.js hung up'));
  await expect.poll(() => hungUp().length, { timeout: 10_000, interval: 20 }).toBeGreaterThan(0);
});

test.each([
  ['/', "style-src 'self';img-src 'self'"],
  ['/docs', "script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self'"],
  [
    '/redoc',
    "script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;connect-src 'self';worker-src blob:",
  ],
])('%s may do nothing but what it needs', async (target, policy) => {
  await using app = await start();
  const { headers, body } = await ask(`${app.url}${target}`, { Accept: 'text/html' });
  expect(headers['content-security-policy']).toBe(
    `default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none';${policy}`,
  );
  expect(headers['x-frame-options']).toBe('DENY');
  // Nothing is asked for elsewhere, and no script stands in the page.
  expect(body.toString().match(/(?:src|href)="(?!\/)[^"]*"|<script>|style="/g)).toBeNull();
});

test.each([
  ['/', {}],
  ['/docs', {}],
  ['/openapi.json', {}],
])('%s is behind the guards', async (target) => {
  await using app = await start();
  expect((await ask(`${app.url}${target}`, { Host: 'rebound.example' })).status).toBe(403);
  expect((await ask(`${app.url}${target}`, { Origin: 'https://foe.example' })).status).toBe(403);
  const local = await ask(`${app.url}${target}`, { Origin: 'http://localhost:3000' });
  expect(local.headers['access-control-allow-origin']).toBeUndefined();
  expect(local.headers['cross-origin-resource-policy']).toBe('same-origin');
});

test('a page of this server may call it, with a token', async () => {
  await using app = await start();
  const own = { Origin: app.url };
  expect((await app.fetch('/v1/sessions', { headers: own })).status).toBe(200);
  expect((await ask(`${app.url}/v1/sessions`, own)).status).toBe(401);
});

test('the pages do not stand among the requests of tools', async () => {
  const recorded: string[] = [];
  const begin = ({ path: target }: { readonly path: string }): never => {
    recorded.push(target);
    throw new Error('This request is recorded.');
  };
  await using app = await startApp(createScriptedBackend({}).backend, {
    documentsFolder: folder.path,
    activity: { begin },
  });
  for (const target of [
    '/',
    '/docs',
    '/redoc',
    '/openapi.json',
    '/docs/docs.js',
    '/favicon.ico',
    '/v1/models',
    '/docsx',
  ]) {
    await ask(`${app.url}${target}`);
  }
  expect(recorded).toEqual(['/v1/models', '/docsx']);
});

describe('/', () => {
  test.each([
    ['a browser', 'text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8', '<h1>Portside</h1>'],
    ['curl', '*/*', 'text/plain; charset=utf-8', 'Portside 1.2.3 is running.'],
    ['a program', 'application/json', 'application/json; charset=utf-8', '"openai_base_url":"http://127.0.0.1:'],
    ['who takes nothing of it', 'image/png', 'text/plain; charset=utf-8', 'Portside 1.2.3'],
  ])('answers %s in its form', async (_who, accept, type, text) => {
    await using app = await start();
    const { status, headers, body } = await ask(`${app.url}/`, { Accept: accept });
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, type, 'no-store']);
    expect(body.toString()).toContain(text);
  });

  test('answers probes of Ollama', async () => {
    await using app = await start();
    const { status, body } = await ask(`${app.url}/`, {}, 'HEAD');
    expect([status, body.length]).toEqual([200, 0]);
  });

  test.each([
    ['ready', 'Running', 'ok'],
    ['restarting', 'Not connected to Cursor yet', 'degraded'],
  ] as const)('says that the server is %s', async (state, text, status) => {
    await using app = await start(state);
    expect((await ask(`${app.url}/`, { Accept: 'text/html' })).body.toString()).toContain(`>${text}<`);
    const { body } = await ask(`${app.url}/`, { Accept: 'application/json' });
    expect(JSON.parse(body.toString())).toMatchObject({ status, version: '1.2.3' });
  });

  test('shows the addresses as the request had them', async () => {
    await using app = await start();
    const { body } = await ask(`${app.url}/`, { Accept: 'text/html', Host: `localhost:${app.port}` });
    expect(body.toString()).toContain(`<code>http://localhost:${app.port}/v1</code>`);
  });

  test('writes no host as markup', async () => {
    await using app = await startApp(createScriptedBackend({}).backend, {
      documentsFolder: folder.path,
      network: { allowedHosts: () => ['<b>&x'] },
    });
    const { body } = await ask(`${app.url}/`, { Accept: 'text/html', Host: '<b>&x' });
    expect(body.toString()).toContain('http://&lt;b&gt;&amp;x/v1');
  });
});
