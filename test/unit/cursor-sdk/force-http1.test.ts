import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { forceHttp1 } from '../../../src/backends/cursor-sdk/process/force-http1.ts';

it('takes HTTP/2 and the call that asks for it out of the process, and leaves the rest', async () => {
  const before = [
    [http, { request: http.request }],
    [https, { request: https.request }],
    [http2, { connect: http2.connect }],
  ] as const;
  onTestFinished(() => {
    for (const [module, functions] of before) Object.assign(module, functions);
    syncBuiltinESMExports();
  });
  const paths: (string | undefined)[] = [];
  const server = http.createServer(({ url }, response) => {
    paths.push(url);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  forceHttp1();
  expect(() => http2.connect(base)).toThrow('HTTP/2 is turned off');
  const config = http.request(`${base}/aiserver.v1.ServerConfigService/GetServerConfig`, { method: 'POST' });
  await expect(once(config, 'response')).rejects.toMatchObject({ name: 'AbortError' });
  for (const target of [`${base}/a`, new URL(`${base}/b`)]) {
    const request = http.request(target, { agent: false });
    request.end();
    await once(request, 'response');
  }
  expect(paths).toEqual(['/a', '/b']);
});
