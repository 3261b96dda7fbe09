import { describe, expect, test } from 'vitest';
import { hasSecretForm, redactName, redactPath, redactText } from '../../../src/core/secret-forms.ts';

const TOKEN = `portside_${'A'.repeat(43)}`;
const JWT = `eyJ${'h'.repeat(30)}.eyJ${'p'.repeat(60)}.${'s'.repeat(40)}`;

/** Where work grows with the square of the length, each takes minutes. */
describe.each([
  'eyJ',
  '-eyJ',
  '/eyJaaaaaaaa',
  'eyJaaaaaaaa.',
  '-eyJ.',
  'portside_',
  '-portside_',
  '-key-',
  ' sk-',
  'AIza',
  '-AIza',
  'Bearer ',
  'Basic  ',
  'Bearer\t',
  ' ',
  '\t',
  'a',
  'a@a',
  '@',
  '.',
  'a.@',
  '%2F',
  '%65yJ',
  '\u0085',
  '-',
  '_',
])('a long text of %j', (unit) => {
  const text = unit.repeat(600_000 / unit.length);

  test.each([
    ['asked for', hasSecretForm],
    ['as text', redactText],
    ['as a name', redactName],
    ['as a path', redactPath],
  ])('is looked through in time, %s', (_way, look) => {
    expect(String(look(text)).length).toBeLessThanOrEqual(201);
  });
});

test.each([
  ['a plain id', 'request-1', 'request-1'],
  ['Portside’s token', TOKEN, '[redacted]'],
  ['Cursor’s key', `crsr_${'x'.repeat(40)}`, '[redacted]'],
  ['a token of three parts', JWT, '[redacted]'],
  ['one within a word', `id-${JWT}`, 'id-[redacted]'],
  ['the first part of one', `a ${JWT.split('.')[0]} b`, 'a [redacted] b'],
  ['what follows Bearer', 'Bearer  whatever', 'Bearer  [redacted]'],
  ['somebody’s address', 'job of ada@example.com, 7', 'job of [redacted] 7'],
  ['a version', 'tool@latest', 'tool@latest'],
  ['what terminals obey', 'a\u009b2Jb\u001b[2Jc\u0085d\r\ne', 'a?2Jb?[2Jc?d??e'],
  ['a right-to-left override', 'a\u202eb', 'a?b'],
  ['a secret at the border of what is kept', `${'i'.repeat(190)} ${TOKEN}`, `${'i'.repeat(190)} [redacted…`],
])('a text: %s', (_name, text, shown) => {
  expect(redactText(text)).toBe(shown);
});

test.each([
  ['letters of any language', 'Büro 2 – 書斎', 'Büro 2 – 書斎'],
  ['a secret', TOKEN, '[redacted]'],
  ['what terminals obey', 'a\u009b2Jb\u2028c', 'a?2Jb?c'],
])('a name: %s', (_name, name, shown) => {
  expect(redactName(name)).toBe(shown);
});

test.each([
  ['a plain one', '/v1/models/gpt-5.1', '/v1/models/gpt-5.1'],
  ['a token at the border of what is kept', `/v1/${'x'.repeat(180)}/${TOKEN}`, `/v1/${'x'.repeat(180)}/[redacted]`],
  ['an address there', `/v1/${'x'.repeat(180)}/jane.doe@example.com`, `/v1/${'x'.repeat(180)}/[redacted]`],
  ['a token in percent signs', `/v1/${TOKEN.replace('_', '%5f')}`, '/v1/[redacted]'],
  ['what terminals obey', '/v1/a\u009b2J\u0085 b', '/v1/a%9B2J%85%20b'],
])('a path: %s', (_name, path, shown) => {
  expect(redactPath(path)).toBe(shown);
});
