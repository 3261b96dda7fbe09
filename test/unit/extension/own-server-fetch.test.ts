import { readFileSync } from 'node:fs';
import { type RequestListener, type Server, createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Localizer } from '../../../src/core/localizer.ts';
import { createOwnServerFetch } from '../../../src/extension/connect/own-server-fetch.ts';
import { english } from './english.ts';

const TLS = path.join(import.meta.dirname, '../../fixtures/tls');
const CERTIFICATE = path.join(TLS, 'certificate.pem');

/** A language of its own. */
const shouting: Localizer = { t: (message, ...values) => english.t(message.toUpperCase(), ...values) };

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
});

const listen = async (listener: RequestListener, certificate: string | null = null): Promise<string> => {
  const server =
    certificate === null
      ? createServer(listener)
      : createSecureServer({ cert: readFileSync(certificate), key: readFileSync(path.join(TLS, 'key.pem')) }, listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `${certificate === null ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** Answers with what was asked. */
const echo: RequestListener = (request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    response.writeHead(201, { 'content-type': 'application/json', 'x-twice': ['a', 'b'] });
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(parts).toString() }));
  });
};

describe('fetch for the own server', () => {
  it.each([
    ['http', null],
    ['https with a certificate that nobody has signed', CERTIFICATE],
  ])('sends and reads over %s', async (_, certificate) => {
    const url = await listen(echo, certificate);
    const response = await createOwnServerFetch(() => CERTIFICATE, english)(`${url}/v1/x?a=1`, {
      method: 'POST',
      headers: { authorization: 'Bearer t' },
      body: '{"text":"日本"}',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-twice')).toBe('a, b');
    expect(await response.json()).toMatchObject({
      method: 'POST',
      url: '/v1/x?a=1',
      headers: { authorization: 'Bearer t', host: new URL(url).host },
      body: '{"text":"日本"}',
    });
  });

  it('tells nothing to a server with another certificate', async () => {
    let isAsked = false;
    const url = await listen(() => {
      isAsked = true;
    }, CERTIFICATE);
    const asking = createOwnServerFetch(() => path.join(TLS, 'expired.pem'), shouting)(url, {
      headers: { authorization: 't' },
    });
    await expect(asking).rejects.toMatchObject({
      name: 'GatewayError',
      message: expect.stringContaining('ANOTHER CERTIFICATE'),
    });
    expect(isAsked).toBe(false);
  });

  it('says which certificate cannot be read', async () => {
    const url = await listen(echo, CERTIFICATE);
    const asking = createOwnServerFetch(() => '/nowhere/certificate.pem', shouting)(url);
    await expect(asking).rejects.toMatchObject({
      name: 'GatewayError',
      message: expect.stringContaining('THE CERTIFICATE IN /nowhere/certificate.pem'),
    });
  });

  it('fails where nobody listens', async () => {
    await expect(createOwnServerFetch(() => '', english)('http://127.0.0.1:1/v1')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  it.each(['before', 'while it waits'])('ends when it is given up %s', async (when) => {
    const giving = new AbortController();
    const url = await listen(() => giving.abort());
    if (when === 'before') giving.abort();
    await expect(createOwnServerFetch(() => '', english)(url, { signal: giving.signal })).rejects.toThrow(Error);
  });
});
