import { expect, test } from 'vitest';
import { CHAT, post, startOllama } from '../support/start-ollama.ts';

test.each([
  { method: 'POST', path: '/api/embed', says: /embedding/ },
  { method: 'POST', path: '/api/embeddings', says: /embedding/ },
  { method: 'POST', path: '/api/pull', says: /^\/api\/pull .*Cursor's/ },
  { method: 'POST', path: '/api/push', says: /Cursor's/ },
  { method: 'POST', path: '/api/create', says: /Cursor's/ },
  { method: 'POST', path: '/api/copy', says: /Cursor's/ },
  { method: 'DELETE', path: '/api/delete', says: /Cursor's/ },
  { method: 'POST', path: '/api/blobs/sha256:00', says: /Cursor's/ },
])('$method $path is refused with the reason', async ({ method, path, says }) => {
  await using app = await startOllama();
  const response = await app.fetch(path, { method, body: '{"model":"m"}' });
  expect([response.status, await response.json()]).toEqual([501, { error: expect.stringMatching(says) }]);
});

test('embeddings are refused in OpenAI’s form on its path', async () => {
  await using app = await startOllama();
  const response = await app.fetch('/v1/embeddings', post({ model: 'm', input: 'a' }));
  expect([response.status, response.headers.get('x-should-retry')]).toEqual([501, 'false']);
  expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(/no embedding models/) } });
});

test.each([
  { method: 'HEAD', path: '/api/version', status: 200, allow: null },
  { method: 'HEAD', path: '/api/tags', status: 200, allow: null },
  { method: 'HEAD', path: '/api/blobs/sha256:00', status: 501, allow: null },
  { method: 'POST', path: '/api/tags', status: 405, allow: 'GET, HEAD' },
  { method: 'POST', path: '/api/ps', status: 405, allow: 'GET, HEAD' },
  { method: 'GET', path: '/api/chat', status: 405, allow: 'POST' },
  { method: 'GET', path: '/api/show', status: 405, allow: 'POST' },
  { method: 'POST', path: '/api/delete', status: 405, allow: 'DELETE' },
  { method: 'GET', path: '/api/blobs/sha256:00', status: 405, allow: 'HEAD, POST' },
  { method: 'GET', path: '/v1/embeddings', status: 405, allow: 'POST' },
  { method: 'POST', path: '/api/me', status: 404, allow: null },
])('$method $path: $status', async ({ method, path, status, allow }) => {
  await using app = await startOllama();
  const response = await app.fetch(path, { method });
  await response.text();
  expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
});

test('a path that nothing is at is told where the API is', async () => {
  await using app = await startOllama();
  const says = async (path: string) => await (await app.fetch(path, post({}))).text();
  expect(await says('/api//chat')).toMatch(
    /^\{"error":"There is nothing at POST \/api\/\/chat\. The API is under \/api\."/,
  );
  expect(await says('/v1//completions')).toContain('The API is under /v1.');
});

test.each([100, 101, 100_000])('of %i stop sequences, a hundred are taken', async (count) => {
  await using app = await startOllama();
  const stop = Array.from({ length: count }, (_, index) => `<${index}>`);
  const response = await app.fetch(
    CHAT,
    post({ model: 'composer-2.5', messages: [{ role: 'user', content: 'a' }], stream: false, options: { stop } }),
  );
  expect(response.status).toBe(count > 100 ? 400 : 200);
  if (count > 100)
    expect(await response.json()).toEqual({ error: expect.stringMatching(/^options\.stop: .*at most 100 /) });
});

test.each(['/api/version', '/api/tags', CHAT])('%s wants a token, and says how to send one', async (path) => {
  await using app = await startOllama();
  const response = await app.fetch(path, { headers: { Authorization: '' } });
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="Portside"']);
  expect(await response.json()).toEqual({
    error: expect.stringMatching(/Authorization: Bearer <token>.*portside\.requireToken/),
  });
});
