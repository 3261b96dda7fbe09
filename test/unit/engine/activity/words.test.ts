import { expect, test } from 'vitest';
import { createAnswerText } from '../../../../src/engine/activity/answer-text.ts';
import { createCaptures } from '../../../../src/engine/activity/captures.ts';
import { toClientName } from '../../../../src/engine/activity/client-name.ts';
import { redactHeaders } from '../../../../src/engine/activity/redact-headers.ts';
import { collectGarbage } from '../../../support/collect-garbage.ts';

test.each([
  [undefined, null],
  ['  ', null],
  ['curl/8.5.0', 'curl/8.5.0'],
  ['OpenAI/JS 7.57.0', 'OpenAI/JS 7.57.0'],
  ['AsyncOpenAI/Python 2.8.1', 'AsyncOpenAI/Python 2.8.1'],
  ['opencode/1.0.3 ai-sdk/provider-utils/3.0.9 runtime/bun/1.3.0', 'opencode/1.0.3'],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'Chrome/142.0.0.0',
  ],
  ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15', 'Safari/26.0'],
  ['x'.repeat(500), 'x'.repeat(60)],
])('the client of User-Agent "%s"', (userAgent, name) => {
  expect(toClientName(userAgent)).toBe(name);
});

test.each([
  ['Authorization', 'Bearer abc'],
  ['x-api-key', 'abc'],
  ['Cookie', 'a=b'],
  ['X-Goog-Api-Key', 'abc'],
  ['Proxy-Authorization', 'Basic abc'],
  ['X-Session-Token', 'abc'],
  ['X-Session-Id', 'abc'],
  ['X-Auth', 'abc'],
  ['X-Auth-Key', 'abc'],
  ['X-Signature', 'abc'],
  ['X-Other', 'portside_abcdefghijklmnop'],
  ['X-Other', 'see crsr_abcdefghijkl'],
  ['X-Other', 'sk-proj-abcdefghijkl'],
  ['X-Other', 'github_pat_abcdefghijkl'],
  ['X-Other', 'AIzaSyA1234567890abcdefghij'],
  ['X-Other', 'Bearer abc'],
  ['X-Other', 'eyJhbGciOiJI.eyJzdWIiOiJ.sig'],
])('the header %s: %s is left out', (name, value) => {
  expect(redactHeaders([[name, value]])).toEqual([[name, null]]);
});

test.each([
  ['User-Agent', 'curl/8.5.0'],
  ['Content-Type', 'application/json'],
  ['X-Cursor-Session-ID', 'my-session'],
  ['X-Portside-Account', 'work'],
  ['Access-Control-Allow-Credentials', 'true'],
  ['X-RateLimit-Remaining-Tokens', '5'],
  ['Idempotency-Key', 'mine'],
])('the header %s: %s is shown', (name, value) => {
  expect(redactHeaders([[name, value]])).toEqual([[name, value]]);
});

test('an address is shown without its query', () => {
  expect(redactHeaders([['Referer', 'http://127.0.0.1:1/x?tkn=abc&a=b#c']])).toEqual([
    ['Referer', 'http://127.0.0.1:1/x'],
  ]);
});

test('an answer is one text, with reasoning, calls and choices told apart', () => {
  const text = createAnswerText();
  const written = [
    text.next({ type: 'reasoning-start', id: 'r' }),
    text.next({ type: 'reasoning-delta', id: 'r', text: 'Hm' }),
    text.next({ type: 'reasoning-end', id: 'r' }),
    text.next({ type: 'text-delta', id: 't', text: 'One' }),
    text.next({ type: 'text-delta', id: 't', text: 'Two', choice: 1 }),
    text.next({ type: 'tool-call', id: 'c', name: 'add', arguments: '{"a":1}', choice: 1 }),
  ];
  expect(written.join('')).toBe('<reasoning>\nHm\n</reasoning>\n\nOne\n[choice 2]\nTwo\nadd({"a":1})\n');
});

const MOST = 512 * 1024;

test('a text that is too long is cut, and said to be', () => {
  const capture = createCaptures().begin(1);
  expect(capture.noteAnswerText('a'.repeat(MOST - 1))).toHaveLength(MOST - 1);
  expect(capture.toRequestCapture().isTruncated).toBe(false);
  expect(capture.noteAnswerText('bcd')).toBe('b');
  expect(capture.noteAnswerText('e')).toBe('');
  expect(capture.toRequestCapture()).toMatchObject({ isTruncated: true });
});

test('a body that is too long is cut between characters', () => {
  const capture = createCaptures().begin(1);
  capture.noteRequestBody(Buffer.from(`a${'é'.repeat(MOST)}`));
  const { requestBody, isTruncated } = capture.toRequestCapture();
  expect(requestBody).toBe(`a${'é'.repeat(MOST / 2 - 1)}`);
  expect(isTruncated).toBe(true);
});

test('what is cut off is not kept in memory either', () => {
  const captures = createCaptures();
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let id = 1; id <= 20; id += 1) {
    const capture = captures.begin(id);
    capture.noteRequestBody(Buffer.alloc(8 * MOST, 'x'));
    capture.noteResponseBody('y'.repeat(8 * MOST - 1) + String(id));
    captures.settle(id);
  }
  collectGarbage();
  // Twenty times both, as characters of one byte.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 * 20 * MOST * 1.2);
});

test('a long answer in small pieces is put together once', () => {
  const capture = createCaptures().begin(1);
  for (let count = 0; count < MOST / 4; count += 1) capture.noteAnswerText('abcd');
  expect(capture.toRequestCapture().answerText).toBe('abcd'.repeat(MOST / 4));
});

test('when all of it is too much, the oldest captures go', () => {
  const captures = createCaptures();
  for (let id = 1; id <= 100; id += 1) {
    captures.begin(id).noteRequestBody(Buffer.alloc(MOST, 'x'));
    captures.settle(id);
  }
  expect(captures.find(1)).toBeNull();
  expect(captures.find(100)).not.toBeNull();
  const kept = Array.from({ length: 100 }, (_, index) => captures.find(index + 1)).filter(
    (capture) => capture !== null,
  );
  expect(kept.length).toBe(31);
});

test('an end of capture is one for what is under way too', () => {
  const captures = createCaptures();
  const capture = captures.begin(1);
  capture.noteAnswerText('before');
  captures.clear();
  capture.noteRequestBody(Buffer.from('{}'));
  capture.noteResponseBody('{}');
  expect(capture.noteAnswerText('after')).toBe('');
  expect(capture.toRequestCapture()).toMatchObject({ answerText: '', requestBody: null, responseBody: null });
  expect(captures.find(1)).toBeNull();
});

test('a capture is removed while it still grows', () => {
  const captures = createCaptures();
  captures.begin(1).noteAnswerText('Hi');
  captures.begin(2);
  captures.remove(1);
  captures.settle(1);
  expect(captures.find(1)).toBeNull();
  expect(captures.find(2)).not.toBeNull();
});
