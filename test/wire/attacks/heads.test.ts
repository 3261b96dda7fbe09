import { describe, expect, test } from 'vitest';
import type { ClientRegistry } from '../../../src/core/client.ts';
import { createAuthenticator } from '../../../src/server/authentication/create-authenticator.ts';
import { readStatuses, sendRaw } from '../../support/raw-connection.ts';
import { ACCESS_TOKEN } from '../../support/start-app.ts';
import { CHAT, HELLO, underAttack } from '../../support/under-attack.ts';

const authorization = `Authorization: Bearer ${ACCESS_TOKEN}`;

/** A request with the right token, whose connection ends with the answer. */
const get = (path: string, ...headers: readonly string[]): string =>
  [`GET ${path} HTTP/1.1`, authorization, 'Connection: close', ...headers, '', ''].join('\r\n');

describe('Host', () => {
  test.each<[host: string, status: number]>([
    ['evil.example', 403],
    ['EVIL.EXAMPLE:8765', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example:8765', 403],
    ['127.0.0.1@evil.example', 403],
    ['evil.example@127.0.0.1', 403],
    ['localhost.', 403],
    ['localhost:80:80', 403],
    ['localhost#evil.example', 403],
    ['localhost/evil.example', 403],
    ['', 403],
    ['0.0.0.0:8765', 403],
    ['192.168.1.5:8765', 403],
    ['[fe80::1]:8765', 403],
    ['[::ffff:7f00:1]', 403],
    ['::1', 403],
    ['2130706433', 403],
    ['0x7f.1', 403],
    ['127.1', 403],
    ['127.evil.example', 403],
    ['host.docker.internal:8765', 403],
    ['localhost', 200],
    ['LocalHost:1', 200],
    ['127.0.0.1:8765', 200],
    ['127.0.0.2', 200],
    ['[::1]:8765', 200],
  ])('"%s" gets %i, on public paths and others', async (host, status) => {
    await underAttack(async ({ port }) => {
      for (const path of ['/health', '/v1/models']) {
        expect(readStatuses(await sendRaw(port, get(path, `Host: ${host}`)))).toEqual([status]);
      }
    });
  });

  test.each<[name: string, request: string, status: number]>([
    ['none', get('/health'), 403],
    ['two, the good one first', get('/health', 'Host: localhost', 'Host: evil.example'), 403],
    ['two, the bad one first', get('/health', 'Host: evil.example', 'Host: localhost'), 403],
    ['the same twice', get('/health', 'Host: localhost', 'Host: localhost'), 403],
    ['a foreign host in the target', get('http://evil.example/health', 'Host: localhost'), 403],
    ['a user in the target', get('http://localhost@evil.example/health', 'Host: localhost'), 403],
    ['a host of this machine in the target', get('http://localhost:8765/health', 'Host: localhost'), 200],
    ['a good target with a foreign Host', get('http://localhost/health', 'Host: evil.example'), 403],
    ['only X-Forwarded-Host is good', get('/health', 'Host: evil.example', 'X-Forwarded-Host: localhost'), 403],
  ])('%s', async (_name, request, status) => {
    await underAttack(async ({ port }) => {
      expect(readStatuses(await sendRaw(port, request))).toEqual([status]);
    });
  });

  test('names that the user allows are let in, also while the server runs, and others are not', async () => {
    const names = ['host.docker.internal'];
    await underAttack(
      async ({ port }) => {
        const statuses = async (): Promise<readonly (readonly number[])[]> =>
          await Promise.all(
            ['host.docker.internal:8765', 'tunnel.example', 'xhost.docker.internal'].map(async (host) =>
              readStatuses(await sendRaw(port, get('/v1/models', `Host: ${host}`))),
            ),
          );
        expect(await statuses()).toEqual([[200], [403], [403]]);
        names.push('tunnel.example');
        expect(await statuses()).toEqual([[200], [200], [403]]);
      },
      { network: { allowedHosts: () => names } },
    );
  });

  test('the refusal names the setting, for containers the one step, and repeats no more than 100 characters', async () => {
    await underAttack(async ({ port }) => {
      expect(await sendRaw(port, get('/', 'Host: box.lan'))).toMatch(/portside\.allowedHosts.*PORTSIDE_ALLOWED_HOSTS/);
      const docker = await sendRaw(port, get('/', 'Host: host.docker.internal:8765'));
      expect(docker).toContain('portside serve --docker');
      expect(docker).toContain('Portside: Allow Docker Containers');
      const long = await sendRaw(port, get('/', `Host: ${'x'.repeat(5000)}`));
      expect(long).not.toContain('x'.repeat(101));
      expect(long).toContain('x'.repeat(99));
    });
  });
});

test('nobody is let in without a token under names that are allowed beside those of this machine', async () => {
  const clients: ClientRegistry = { check: async () => ({ status: 'unknown' }) };
  const ask = async (port: number, target: string, ...headers: readonly string[]): Promise<readonly number[]> =>
    readStatuses(await sendRaw(port, [`GET ${target} HTTP/1.1`, 'Connection: close', ...headers, '', ''].join('\r\n')));
  await underAttack(
    async ({ port }) => {
      const [path, open, local] = ['/v1/models', 'Host: my.tunnel.example', 'Host: localhost'];
      expect(await ask(port, path, local)).toEqual([200]);
      expect(await ask(port, `http://localhost${path}`, local)).toEqual([200]);
      expect(await ask(port, path, open)).toEqual([401]);
      for (const passedOn of ['X-Forwarded-For: 10.0.0.1', 'Forwarded: for=10.0.0.1', 'X-Real-IP: 10.0.0.1']) {
        expect(await ask(port, path, local, passedOn)).toEqual([401]);
      }
      expect(await ask(port, path, open, authorization)).toEqual([401]);
      expect(await ask(port, path, 'Host: 192.168.1.5')).toEqual([401]);
      expect(await ask(port, `http://my.tunnel.example${path}`, local)).toEqual([401]);
      expect(await ask(port, `http://localhost${path}`, open)).toEqual([401]);
      const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
      expect(await ask(port, path, ...upgrade, local)).toEqual([426]);
      expect(await ask(port, path, ...upgrade, open)).toEqual([401]);
    },
    {
      authentication: createAuthenticator({ clients, isRequired: false, checkCursorKey: null }),
      network: { allowedHosts: () => ['my.tunnel.example'], allowsAddresses: true },
    },
  );
});

describe('Origin', () => {
  test.each<[origin: string, status: number]>([
    ['null', 403],
    ['NULL', 403],
    ['', 403],
    ['https://evil.example', 403],
    ['http://localhost.evil.example', 403],
    ['http://127.0.0.1.evil.example', 403],
    ['http://evil.example:8765', 403],
    ['http://localhost@evil.example', 403],
    ['http://evil.example/http://localhost', 403],
    ['http://127.1', 403],
    ['file://', 403],
    ['chrome-extension://abcdefgh', 403],
    ['http://localhost:3000, https://evil.example', 403],
    ['http://localhost:3000', 200],
    ['https://localhost:3000', 200],
    ['HTTP://LOCALHOST:3000', 200],
    ['http://[::1]:3000', 200],
  ])('"%s" gets %i', async (origin, status) => {
    await underAttack(async ({ port }) => {
      const answer = await sendRaw(port, get('/v1/models', `Host: 127.0.0.1:${port}`, `Origin: ${origin}`));
      expect(readStatuses(answer)).toEqual([status]);
      // No page may read it that the user has not allowed.
      expect(answer).not.toMatch(/access-control-allow-origin/i);
    });
  });

  test('null is refused also where it is configured, and a second Origin never helps', async () => {
    await underAttack(
      async ({ port }) => {
        const host = 'Host: localhost';
        for (const headers of [
          ['Origin: null'],
          ['Origin: https://good.example', 'Origin: https://evil.example'],
          ['Origin: https://evil.example', 'Origin: https://good.example'],
        ]) {
          expect(readStatuses(await sendRaw(port, get('/v1/models', host, ...headers)))).toEqual([403]);
        }
        expect(readStatuses(await sendRaw(port, get('/v1/models', host, 'Origin: https://good.example')))).toEqual([
          200,
        ]);
      },
      { network: { allowedOrigins: ['null', 'https://good.example'] } },
    );
  });

  test('the refusal names the setting', async () => {
    await underAttack(async ({ port }) => {
      const answer = await sendRaw(port, get('/health', 'Host: localhost', 'Origin: https://chat.example'));
      expect(answer).toMatch(/https:\/\/chat\.example.*portside\.allowedOrigins.*PORTSIDE_ALLOWED_ORIGINS/);
    });
  });

  test('a page of this machine cannot start a run by what needs no preflight', async () => {
    await underAttack(async ({ port }) => {
      for (const type of [[], ['Content-Type: text/plain'], ['Content-Type: application/x-www-form-urlencoded']]) {
        const request = [
          `POST ${CHAT} HTTP/1.1`,
          'Host: localhost',
          'Origin: http://localhost:3000',
          authorization,
          ...type,
          `Content-Length: ${HELLO.length}`,
          'Connection: close',
          '',
          HELLO,
        ].join('\r\n');
        expect(readStatuses(await sendRaw(port, request))).toEqual([415]);
      }
    });
  });

  test.each([
    ['cross-site', 415],
    ['same-site', 415],
    ['same-origin', 404],
    ['none', 404],
  ])('nor at a path of Ollama, where it says that it is %s and no Origin', async (site, status) => {
    await underAttack(async ({ port }) => {
      const body = '{"model":"no-such-model","messages":[{"role":"user","content":"Hi"}]}';
      const request = [
        'POST /api/chat HTTP/1.1',
        'Host: localhost',
        `Sec-Fetch-Site: ${site}`,
        authorization,
        'Content-Type: text/plain',
        `Content-Length: ${body.length}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n');
      expect(readStatuses(await sendRaw(port, request))).toEqual([status]);
    });
  });
});

describe('paths and methods without a token', () => {
  test.each<[request: string, status: number]>([
    ['GET //health', 401],
    ['GET /%2fhealth', 401],
    ['GET /health/../v1/models', 401],
    ['GET /v1/../health', 401],
    ['GET /health/%2e%2e/v1/models', 401],
    ['GET /health%00', 401],
    ['GET /health;/v1/models', 401],
    ['GET /health%2fv1', 401],
    ['GET /v1/models?/health', 401],
    ['GET /health?x=/v1/models', 200],
    ['GET /_portside/release', 401],
    ['POST /_portside/release', 401],
    ['POST /health', 405],
    ['DELETE /health', 405],
    ['OPTIONS /health', 405],
    ['TRACE /health', 405],
    ['OPTIONS *', 401],
    ['GET *', 401],
    ['TRACE /v1/models', 401],
    ['HEAD /v1/models', 401],
    ['PROPFIND /', 405],
    ['PROPFIND /v1/models', 401],
    ['OPTIONS /v1/models', 401],
  ])('%s gets %i', async (request, status) => {
    await underAttack(async ({ port }) => {
      const answer = await sendRaw(
        port,
        `${request} HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: GET\r\nConnection: close\r\n\r\n`,
      );
      expect(readStatuses(answer)).toEqual([status]);
      expect(answer).not.toContain('composer-2.5');
    });
  });

  test('CONNECT makes no tunnel', async () => {
    await underAttack(async ({ port }) => {
      expect(await sendRaw(port, 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n')).toBe('');
    });
  });
});

test.each<[name: string, headers: readonly string[]]>([
  ['too large', [`X: ${'x'.repeat(20_000)}`]],
  ['too many', Array.from({ length: 1000 }, () => 'A: b')],
  // With the three that each request here has.
  ['too many by one', Array.from({ length: 198 }, () => 'A: b')],
])('the refusal of headers that are %s names both limits', async (_name, headers) => {
  await underAttack(async ({ port }) => {
    const answer = await sendRaw(port, get('/health', 'Host: localhost', ...headers));
    expect(readStatuses(answer)).toEqual([431]);
    expect(answer).toMatch(/at most 200.*16 kB/);
    expect(answer).toMatch(/X-Request-ID: [\da-f-]{36}/);
  });
});

test('200 headers are not too many', async () => {
  await underAttack(async ({ port }) => {
    const headers = Array.from({ length: 197 }, () => 'A: b');
    expect(readStatuses(await sendRaw(port, get('/health', 'Host: localhost', ...headers)))).toEqual([200]);
  });
});

describe('smuggling and floods of headers', () => {
  const post = (...lines: readonly string[]): string =>
    [`POST ${CHAT} HTTP/1.1`, 'Host: localhost', authorization, 'Content-Type: application/json', ...lines].join(
      '\r\n',
    );
  const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';
  test.each<[name: string, request: string, statuses: readonly number[]]>([
    [
      'Content-Length with Transfer-Encoding',
      post('Content-Length: 5', 'Transfer-Encoding: chunked', '', `0\r\n\r\n${smuggled}`),
      [400],
    ],
    [
      'Transfer-Encoding with Content-Length',
      post('Transfer-Encoding: chunked', 'Content-Length: 5', '', `0\r\n\r\n${smuggled}`),
      [400],
    ],
    ['two Content-Lengths', post('Content-Length: 0', 'Content-Length: 44', '', smuggled), [400]],
    ['a Content-Length with a sign', post('Content-Length: +2', '', `{}${smuggled}`), [400]],
    ['a negative Content-Length', post('Content-Length: -1', '', smuggled), [400]],
    ['an unknown Transfer-Encoding', post('Transfer-Encoding: xchunked', '', `0\r\n\r\n${smuggled}`), [400]],
    ['a space before the colon', post('Content-Length : 44', '', smuggled), [400]],
    ['a folded header', post('X-A: b', ' c: d', 'Content-Length: 0', '', ''), [400]],
    ['bare line feeds', `GET /health HTTP/1.1\nHost: localhost\n\n`, [400]],
    ['a chunk with a wrong size', post('Transfer-Encoding: chunked', '', `zz\r\n${smuggled}`), [400]],
    ['a line feed in a header', `GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\nb\r\n\r\n`, [400]],
    ['a NUL in a header', `GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n`, [400]],
    ['an old protocol', 'GET /health HTTP/0.9\r\n\r\n', [403]],
    ['a new protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['headers of 20 kB', get('/health', 'Host: localhost', `X: ${'x'.repeat(20_000)}`), [431]],
    ['a path of 20 kB', get(`/${'x'.repeat(20_000)}`, 'Host: localhost'), [431]],
    ['1000 headers', get('/health', 'Host: localhost', ...Array.from({ length: 1000 }, () => 'A: b')), [431]],
    [
      'a foreign Origin behind 1000 headers',
      get('/health', 'Host: localhost', ...Array.from({ length: 1000 }, () => 'A: b'), 'Origin: https://evil.example'),
      [431],
    ],
  ])('%s', async (_name, request, statuses) => {
    await underAttack(async ({ port, logger }) => {
      const answer = await sendRaw(port, request);
      expect(readStatuses(answer)).toEqual(statuses);
      expect(answer).toContain('"error"');
      expect(logger.lines.join('\n')).not.toContain('smuggled');
    });
  });
});
