import { describe, expect, test } from 'vitest';
import { ACCESS_TOKEN } from '../../support/start-app.ts';
import { CHAT, HELLO, underAttack } from '../../support/under-attack.ts';

const preflight = (origin: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'OPTIONS',
  headers: {
    Origin: origin,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization,content-type,x-stainless-os',
    ...headers,
  },
});
const network = { allowedOrigins: ['https://Chat.example:443', 'http://localhost:3000', 'app://obsidian.md'] };

test.each([
  'https://evil.example',
  'null',
  'http://localhost:3001',
  'https://chat.example:8443',
  'http://chat.example',
  'https://chat.example.evil.example',
  'app://obsidian',
])('a preflight of the Origin %s is refused in the form of all errors', async (origin) => {
  await underAttack(
    async ({ url }) => {
      const response = await fetch(`${url}${CHAT}`, preflight(origin));
      expect([response.status, await response.json()]).toMatchObject([403, { error: { type: 'permission_error' } }]);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    },
    { network },
  );
});

describe('a configured origin', () => {
  test.each(['https://chat.example', 'http://localhost:3000', 'app://obsidian.md'])('%s may', async (origin) => {
    await underAttack(
      async ({ url, ...app }) => {
        const answer = await fetch(`${url}${CHAT}`, preflight(origin));
        expect([answer.status, await answer.text()]).toEqual([204, '']);
        expect(Object.fromEntries(answer.headers)).toMatchObject({
          'access-control-allow-origin': origin,
          'access-control-allow-methods': 'GET,HEAD,POST,DELETE',
          'access-control-allow-headers': 'authorization,content-type,x-stainless-os',
          'access-control-max-age': '600',
          vary: expect.stringContaining('Origin'),
        });
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
        expect(answer.headers.get('access-control-allow-private-network')).toBeNull();
        const run = await app.fetch(CHAT, { method: 'POST', body: HELLO, headers: { Origin: origin } });
        expect(run.status).toBe(200);
        expect(run.headers.get('access-control-allow-origin')).toBe(origin);
        expect(run.headers.get('access-control-expose-headers')).toMatch(
          /X-Request-ID.*X-Cursor-Session-ID.*Retry-After/,
        );
      },
      { network, expectedRuns: 1 },
    );
  });

  test('asks for the private network by itself', async () => {
    await underAttack(
      async ({ url }) => {
        const asked = { 'Access-Control-Request-Private-Network': 'true' };
        const good = await fetch(`${url}${CHAT}`, preflight('https://chat.example', asked));
        const bad = await fetch(`${url}${CHAT}`, preflight('http://localhost:5000', asked));
        expect([good, bad].map(({ headers }) => headers.get('access-control-allow-private-network'))).toEqual([
          'true',
          null,
        ]);
      },
      { network },
    );
  });

  test('needs a token all the same, and can read why', async () => {
    await underAttack(
      async ({ url }) => {
        const response = await fetch(`${url}/v1/models`, { headers: { Origin: 'https://chat.example' } });
        expect(response.status).toBe(401);
        expect(response.headers.get('access-control-allow-origin')).toBe('https://chat.example');
      },
      { network },
    );
  });
});

test('an answer that is sent again is readable for whom asks now, not for whom asked first', async () => {
  await underAttack(
    async (app) => {
      const ask = async (headers: Record<string, string>): Promise<Headers> => {
        const init = { method: 'POST', body: HELLO, headers: { 'Idempotency-Key': 'key', ...headers } };
        const response = await app.fetch(CHAT, init);
        expect(await response.text()).toContain('Hello there!');
        return response.headers;
      };
      const origins = ['https://chat.example', 'http://localhost:3000', null, 'app://obsidian.md'];
      for (const [index, origin] of origins.entries()) {
        const headers = await ask(origin === null ? {} : { Origin: origin });
        expect(headers.get('idempotent-replayed')).toBe(index === 0 ? null : 'true');
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.has('access-control-expose-headers')).toBe(origin !== null);
        expect(headers.get('vary')).toMatch(/^Origin\b/);
      }
    },
    { network, expectedRuns: 1 },
  );
});

test('a preflight starts nothing, whatever it brings', async () => {
  await underAttack(
    async ({ url }) => {
      const init = preflight('https://chat.example', {
        Authorization: `Bearer ${ACCESS_TOKEN}`,
        'Content-Type': 'application/json',
      });
      expect((await fetch(`${url}${CHAT}`, { ...init, body: HELLO })).status).toBe(204);
    },
    { network },
  );
});

test('caches keep the answers of different origins apart where any is allowed', async () => {
  await underAttack(
    async (app) => {
      expect((await app.fetch('/v1/models')).headers.get('vary')).toContain('Origin');
    },
    { network },
  );
});

test('every answer has the headers that keep a browser from making something else of it', async () => {
  await underAttack(async (app) => {
    for (const [path, init] of [
      ['/health', {}],
      ['/v1/models', {}],
      ['/nowhere', {}],
      ['/v1/models', { headers: { Authorization: 'Bearer wrong' } }],
      ['/v1/models', { headers: { Origin: 'https://evil.example' } }],
      [CHAT, { method: 'POST', body: '{' }],
    ] as const) {
      const { headers } = await app.fetch(path, init);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      for (const name of ['strict-transport-security', 'x-powered-by', 'access-control-allow-origin', 'server']) {
        expect(headers.get(name)).toBeNull();
      }
    }
  });
});
