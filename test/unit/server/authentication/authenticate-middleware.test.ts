import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { expect, test } from 'vitest';
import { createAccessTokens } from '../../../../src/credentials/access-tokens/create-access-tokens.ts';
import { createAuthenticator } from '../../../../src/server/authentication/create-authenticator.ts';
import { authenticate, getClient, getOwner } from '../../../../src/server/middleware/authenticate.ts';
import { errors } from '../../../../src/server/middleware/errors.ts';
import { createMemoryAccessTokenStore } from '../../../../src/storage/memory-access-token-store.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';

const startServer = async () => {
  const logger = createMemoryLogger();
  const tokens = createAccessTokens({ store: createMemoryAccessTokenStore(), logger, ownToken: null });
  tokens.setDefault('right');
  const authenticator = createAuthenticator({ clients: tokens, isRequired: true, checkCursorKey: null });
  const app = express();
  app.get('/early', (_request, response) => void response.json(getOwner(response)));
  app.use(authenticate(authenticator));
  app.get('/', (_request, response) => {
    response.json({ owner: getOwner(response), account: getClient(response).account });
  });
  app.use(errors(logger));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    tokens,
    logger,
    /** With headers as they are, the same one several times included. */
    async get(path: string, headers: readonly string[] = []) {
      const sent = request({ host: '127.0.0.1', port, path, headers: ['Host', '127.0.0.1', ...headers], agent: false });
      const answered = once(sent.end(), 'response');
      const [response] = (await answered) as [IncomingMessage];
      return {
        status: response.statusCode,
        headers: response.headers,
        body: JSON.parse(await text(response)) as object,
      };
    },
    async [Symbol.asyncDispose]() {
      tokens.close();
      server.close();
      await once(server, 'close');
    },
  };
};

test('tells routes who sent the request', async () => {
  await using server = await startServer();
  expect(await server.get('/', ['Authorization', 'Bearer right'])).toMatchObject({
    status: 200,
    body: { owner: 'default', account: { type: 'default' } },
  });
  expect(await server.get('/', ['X-API-Key', 'right', 'X-Portside-Account', 'work'])).toMatchObject({
    status: 200,
    body: { account: { type: 'account', name: 'work' } },
  });
  const both = ['X-Portside-Account', 'work', 'X-Portside-Account', 'home'];
  expect(await server.get('/', ['X-API-Key', 'right', ...both])).toMatchObject({
    body: { account: { name: 'work, home' } },
  });
});

test('answers in OpenAI’s form, with the header that a 401 has', async () => {
  await using server = await startServer();
  const missing = await server.get('/');
  expect(missing).toMatchObject({
    status: 401,
    body: { error: { type: 'authentication_error', code: 'invalid_api_key' } },
  });
  expect(missing.headers['www-authenticate']).toBe('Bearer realm="Portside"');
  for (let count = 0; count < 60; count += 1) {
    expect((await server.get('/', ['X-API-Key', `wrong-secret-${count}`])).status).toBe(401);
  }
  const flooded = await server.get('/', ['Authorization', 'Bearer wrong-secret']);
  expect(flooded).toMatchObject({ status: 429, body: { error: { code: 'too_many_failed_authentications' } } });
  expect(Number(flooded.headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(flooded.headers['retry-after'])).toBeLessThanOrEqual(60);
  expect(flooded.headers['www-authenticate']).toBeUndefined();
  expect((await server.get('/', ['Authorization', 'Bearer right'])).status).toBe(200);
  expect(server.logger.lines).toEqual([]);
});

test('says the second that a limited token may come again', async () => {
  await using server = await startServer();
  const { token } = server.tokens.create('slow', { requestsPerMinute: 1 });
  expect((await server.get('/', ['X-API-Key', token])).status).toBe(200);
  const limited = await server.get('/', ['X-API-Key', token]);
  expect(limited).toMatchObject({ status: 429, body: { error: { code: 'rate_limit_exceeded' } } });
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(50);
});

test('a route before it knows nobody, and fails', async () => {
  await using server = await startServer();
  expect(await server.get('/early', ['X-API-Key', 'right'])).toMatchObject({ status: 500 });
  expect(server.logger.lines).toEqual([expect.stringContaining('before the check of the access token')]);
});
