import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, test } from 'vitest';
import { pagePolicy, securityHeaders } from '../../src/server/middleware/security-headers.ts';

test('a page adds what it needs to the policy of all answers, and nothing else', async () => {
  const app = express().use(securityHeaders());
  app.get('/page', pagePolicy({ 'script-src': ["'self'"], 'connect-src': ["'self'"] }), (_request, response) => {
    response.send('<!doctype html>');
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { headers } = await fetch(`http://127.0.0.1:${port}/page`);
  server.close();
  server.closeAllConnections();
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none';script-src 'self';connect-src 'self'",
  );
  expect(headers.get('x-frame-options')).toBe('DENY');
});
