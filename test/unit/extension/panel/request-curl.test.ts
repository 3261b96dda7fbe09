import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { RequestDetail } from '../../../../src/core/request-activity.ts';
import { redactHeaders } from '../../../../src/engine/activity/redact-headers.ts';
import { toCurl } from '../../../../src/extension/panel/request-curl.ts';
import { toRequestDocument } from '../../../../src/extension/panel/request-document.ts';
import { aRequest } from './requests.ts';

const BASE_URL = 'http://127.0.0.1:8765/v1';

const curl = (changes: Partial<RequestDetail>): string =>
  toCurl(aRequest(changes), { baseUrl: BASE_URL, missingBody: 'The body\nis missing.' });

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
  expect(curl({ requestHeaders })).not.toContain('x-goog-api-key');
  expect(curl({ requestHeaders })).toContain('accept: */*');
});

describe('a request as a document', () => {
  it('holds bodies as JSON and no secret', () => {
    const token = `portside_${'a'.repeat(43)}`;
    const text = toRequestDocument(
      aRequest({
        requestHeaders: [['x-note', `Bearer ${token}`]],
        capture: {
          requestBody: `{"key":"${token}","a":1}`,
          answerText: '',
          responseBody: 'no json',
          isTruncated: false,
        },
      }),
    );
    expect(text).not.toContain(token);
    expect(JSON.parse(text)).toMatchObject({
      requestId: 'req_1',
      startedAt: '2027-01-15T12:00:00.000Z',
      capture: { requestBody: { a: 1 }, responseBody: 'no json' },
    });
  });
});
