import { expect, test } from 'vitest';
import { createAnswerText } from '../../../../src/engine/activity/answer-text.ts';
import { createCaptures } from '../../../../src/engine/activity/captures.ts';
import { toClientName } from '../../../../src/engine/activity/client-name.ts';
import { redactHeaders } from '../../../../src/engine/activity/redact-headers.ts';

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
  ['X-Other', 'portside_abcdefghijkl'],
  ['X-Other', 'see crsr_abcdefghijkl'],
  ['X-Other', 'sk-proj-abcdefghijkl'],
  ['X-Other', 'eyJhbGciOi.eyJzdWIi.sig'],
])('the header %s: %s is left out', (name, value) => {
  expect(redactHeaders([[name, value]])).toEqual([[name, '(left out)']]);
});

test.each([
  ['User-Agent', 'curl/8.5.0'],
  ['Content-Type', 'application/json'],
  ['X-Cursor-Session-ID', 'my-session'],
  ['X-Portside-Account', 'work'],
])('the header %s: %s is shown', (name, value) => {
  expect(redactHeaders([[name, value]])).toEqual([[name, value]]);
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

test('a text that is too long is cut, and said to be', () => {
  const capture = createCaptures().begin(1);
  expect(capture.noteAnswerText('a'.repeat(512 * 1024 - 1))).toHaveLength(512 * 1024 - 1);
  expect(capture.toRequestCapture().isTruncated).toBe(false);
  expect(capture.noteAnswerText('bcd')).toBe('b');
  expect(capture.noteAnswerText('e')).toBe('');
  expect(capture.toRequestCapture()).toMatchObject({ isTruncated: true });
});

test('when all of it is too much, the oldest captures go', () => {
  const captures = createCaptures();
  for (let id = 1; id <= 100; id += 1) {
    captures.begin(id).noteRequestBody('x'.repeat(512 * 1024));
    captures.settle(id);
  }
  expect(captures.find(1)).toBeNull();
  expect(captures.find(100)).not.toBeNull();
  const kept = Array.from({ length: 100 }, (_, index) => captures.find(index + 1)).filter(
    (capture) => capture !== null,
  );
  expect(kept.length).toBe(63);
});
