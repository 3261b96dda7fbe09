import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import { metricsAccess } from '../../../src/server/routes/metrics.ts';

const NO_CLIENT = {
  authenticate: async () => {
    throw new GatewayError('client_token_invalid', 'No token.');
  },
};

/** Serves on all addresses what nobody has a token for. */
const start = async (listenAt: string): Promise<number> => {
  const app = express();
  app.use(metricsAccess({ isOpenLocally: true }, NO_CLIENT), (_request, response) => response.status(200).end());
  app.use((error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    response.status(GatewayError.from(error).spec.status).end();
  });
  const server = app.listen(0, listenAt);
  onTestFinished(async () => {
    server.close();
    await once(server, 'close');
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** The status of a request that comes from this address and says that it was sent to this machine. */
const askAt = async (host: string, port: number): Promise<number | undefined> => {
  const request = httpRequest({ host, port, path: '/', headers: { Host: `127.0.0.1:${port}` }, agent: false });
  request.end();
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode;
};

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
const outside = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
const hasIpv6 = addresses.some(({ address }) => address === '::1');

test('a program of this machine needs no token', async () => {
  expect(await askAt('127.0.0.1', await start('0.0.0.0'))).toBe(200);
});

test.skipIf(!hasIpv6)('nor does one that comes by IPv6, or by IPv4 to a server of IPv6', async () => {
  const port = await start('::');
  expect(await askAt('::1', port)).toBe(200);
  expect(await askAt('127.0.0.1', port)).toBe(200);
});

test.skipIf(outside === undefined)('one that comes from outside does, whatever it says', async () => {
  expect(await askAt(outside ?? '', await start('0.0.0.0'))).toBe(401);
});
