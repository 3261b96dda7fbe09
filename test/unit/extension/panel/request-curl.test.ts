import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { RequestDetail } from '../../../../src/core/request-activity.ts';
import { redactHeaders } from '../../../../src/engine/activity/redact-headers.ts';
import { toClientUrl } from '../../../../src/extension/panel/client-url.ts';
import { toCurl } from '../../../../src/extension/panel/request-curl.ts';
import { toRequestDocument } from '../../../../src/extension/panel/request-document.ts';
import type { RawSettings } from '../../../../src/extension/settings-reader.ts';
import { STATES } from '../states.ts';
import { aRequest } from './requests.ts';

const BASE_URL = 'http://127.0.0.1:8765/v1';

const curl = (changes: Partial<RequestDetail>, baseUrl = BASE_URL): string =>
  toCurl(aRequest(changes), { baseUrl, missingBody: 'The body\nis missing.', cutBody: 'The body is cut.' });

const captured = (requestBody: string): Partial<RequestDetail> => ({
  capture: { requestBody, answerText: '', responseBody: null, isTruncated: false },
});

/** What a shell makes of the command: its words. */
const toWords = (command: string): readonly string[] =>
  execFileSync('sh', ['-c', `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`], {
    env: { PORTSIDE_TOKEN: 'from-the-environment' },
    encoding: 'utf8',
  })
    .split('\0')
    .slice(0, -1);

describe('a request as curl', () => {
  it.each([
    ['plain', '{"model":"auto"}'],
    ['quotes', `{"text":"it's \\"quoted\\""}`],
    ['a shell command', '$(touch /tmp/x) `id` "$PORTSIDE_TOKEN" \\ !'],
    ['lines', '{\n  "a": "b\\n"\n}'],
    ['other letters', '{"text":"日本語 ✓"}'],
  ])('a shell reads the body as it was: %s', (_, body) => {
    expect(toWords(curl(captured(body)))).toEqual([
      `${BASE_URL}/chat/completions`,
      '--header',
      'Authorization: Bearer from-the-environment',
      '--header',
      'content-type: application/json',
      '--data-raw',
      body,
    ]);
  });

  it('a frame of a WebSocket is asked for by POST', () => {
    const headers = ['upgrade', 'sec-websocket-key', 'Sec-WebSocket-Version', 'x-a'].map(
      (name) => [name, '1'] as const,
    );
    expect(toWords(curl({ ...captured('{}'), method: 'WS', path: '/v1/responses', requestHeaders: headers }))).toEqual([
      `${BASE_URL}/responses`,
      '--header',
      'Content-Type: application/json',
      '--header',
      'Authorization: Bearer from-the-environment',
      '--header',
      'x-a: 1',
      '--data-raw',
      '{}',
    ]);
  });

  it('says that the body is missing, on one line, and keeps the method', () => {
    const command = curl({});
    expect(command.split('\n')[0]).toBe('# The body is missing.');
    expect(toWords(command)).toEqual(expect.arrayContaining(['--request', 'POST']));
  });

  it.each([
    ['GET', ['http://127.0.0.1:8765/v1/models', '--header', 'Authorization: Bearer from-the-environment']],
    ['DELETE', expect.arrayContaining(['--request', 'DELETE'])],
  ])('%s needs no body and no remark', (method, words) => {
    const command = curl({ method, path: '/v1/models', requestHeaders: [] });
    expect(command).not.toContain('#');
    expect(toWords(command)).toEqual(words);
  });

  it.each([
    ['//evil.example/v1/chat/completions', BASE_URL, 'http://127.0.0.1:8765//evil.example/v1/chat/completions'],
    ['http://evil.example/v1/models', BASE_URL, 'http://127.0.0.1:8765/http://evil.example/v1/models'],
    ['//', BASE_URL, 'http://127.0.0.1:8765//'],
    ['@evil.example/v1', BASE_URL, 'http://127.0.0.1:8765/@evil.example/v1'],
    ['/health', BASE_URL, 'http://127.0.0.1:8765/health'],
    ['/v1/models/[redacted]', BASE_URL, 'http://127.0.0.1:8765/v1/models/%5Bredacted%5D'],
    ['/v1/{a,b}', 'http://[::1]:8765/v1', 'http://[::1]:8765/v1/%7Ba,b%7D'],
    // Of a forwarded address, with a path before it.
    ['/v1/models', 'https://host.example/proxy/8765/v1', 'https://host.example/proxy/8765/v1/models'],
  ])('stays with its own server, whatever the path was: %s at %s', (path, baseUrl, url) => {
    const [first = ''] = toWords(curl({ method: 'GET', path }, baseUrl));
    expect(first).toBe(url);
    expect(new URL(first).host).toBe(new URL(baseUrl).host);
  });

  it('takes no body that was cut', () => {
    const command = curl({
      capture: {
        requestBody: '{"messages":[{"content":"the beg',
        answerText: '',
        responseBody: null,
        isTruncated: true,
      },
    });
    expect(command.split('\n')[0]).toBe('# The body is cut.');
    expect(command).not.toContain('the beg');
  });

  it('shows a stream as it comes', () => {
    expect(toWords(curl({ isStream: true, ...captured('{}') }))[0]).toBe('--no-buffer');
  });

  it.each([
    'Authorization',
    'x-api-key',
    'Cookie',
    'Host',
    'Content-Length',
    'Connection',
    'Idempotency-Key',
    'X-Request-ID',
  ])('leaves out %s', (name) => {
    const command = curl({ requestHeaders: [[name, 'value-of-the-header']], ...captured('{}') });
    expect(command).not.toContain('value-of-the-header');
  });
});

it('leaves out headers whose secret value the log has left out', () => {
  const requestHeaders = redactHeaders([
    ['x-goog-api-key', 'value'],
    ['accept', '*/*'],
  ]);
  expect(requestHeaders).toEqual([
    ['x-goog-api-key', null],
    ['accept', '*/*'],
  ]);
  expect(curl({ requestHeaders })).not.toContain('x-goog-api-key');
  expect(curl({ requestHeaders })).toContain('accept: */*');
});

describe('a request as a document', () => {
  const TOKEN = `portside_${'a'.repeat(43)}`;
  const read = (changes: Partial<RequestDetail>): unknown => JSON.parse(toRequestDocument(aRequest(changes)));

  it.each([
    ['numbers', '{"token":1234567,"password":7654321}', { token: 1234567, password: 7654321 }],
    [
      'a digest',
      '{"commit":"2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"}',
      { commit: '2fd4e1c67a2d28fced849ee1bb76e7391b93eb12' },
    ],
    [
      'names',
      '["key_management_service","pk_orders_customer_id"]',
      ['key_management_service', 'pk_orders_customer_id'],
    ],
    ['a secret within', `{"args":"{\\"key\\":\\"${TOKEN}\\"}"}`, { args: `{"key":"${TOKEN}"}` }],
    ['no JSON', 'no json', 'no json'],
  ])('holds captured bodies as they are: %s', (_, body, expected) => {
    const capture = { requestBody: body, answerText: body, responseBody: body, isTruncated: false };
    expect(read({ capture })).toMatchObject({
      requestId: 'req_1',
      startedAt: '2027-01-15T12:00:00.000Z',
      capture: { requestBody: expected, answerText: body, responseBody: expected },
    });
  });

  it('takes secrets out of everything else, and stays JSON', () => {
    const document = read({
      path: `/v1/models/${TOKEN}`,
      requestHeaders: [['x-note', `Bearer ${TOKEN}`]],
      errorMessage: `The model said "token": "${TOKEN}"`,
    });
    expect(JSON.stringify(document)).not.toContain(TOKEN);
    expect(document).toMatchObject({
      path: '/v1/models/[redacted]',
      requestHeaders: [['x-note', 'Bearer [redacted]']],
    });
  });

  it('tells of every header, in its order', () => {
    const requestHeaders = [
      ['accept', 'a'],
      ['x-twice', '1'],
      ['authorization', null],
      ['x-twice', '2'],
    ] as const;
    expect(read({ requestHeaders })).toMatchObject({ requestHeaders });
  });
});

describe('where clients find the server', () => {
  const read =
    (settings: Readonly<Record<string, unknown>>): RawSettings =>
    (name) =>
      settings[name];

  it.each([
    ['idle', null, {}, BASE_URL],
    ['idle', 'http://localhost:5000/v1', {}, 'http://localhost:5000/v1'],
    ['otherWindow', 'http://localhost:5000/v1', {}, BASE_URL],
    ['stopped', null, {}, BASE_URL],
    ['stopped', null, { port: 0, host: ' ' }, BASE_URL],
    ['stopped', null, { port: 9000 }, 'http://127.0.0.1:9000/v1'],
    ['stopped', null, { tlsCertificatePath: '/c.pem', host: '192.168.1.7' }, 'https://192.168.1.7:8765/v1'],
    ['portInUse', null, { host: '0.0.0.0' }, BASE_URL],
    ['stopped', null, { host: '::1' }, 'http://[::1]:8765/v1'],
  ] as const)('%s, forwarded as %s, %j: %s', (name, forwardedUrl, settings, url) => {
    expect(toClientUrl(STATES[name], forwardedUrl, read(settings))).toBe(url);
  });
});
