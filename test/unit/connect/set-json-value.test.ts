import { expect, test } from 'vitest';
import { editJson } from '../../../src/connect/files/edit-json.ts';

/** What becomes of a file when `a.b` is set to 1: nothing but that changes. */
test.each([
  ['', '{\n  "a": {\n    "b": 1\n  }\n}\n'],
  ['{}', '{\n  "a": {\n    "b": 1\n  }\n}'],
  ['// c', '// c\n{\n  "a": {\n    "b": 1\n  }\n}\n'],
  ['{"x":1}', '{"x":1,\n  "a": {\n    "b": 1\n  }\n}'],
  ['{\n\t"x": [1,2] // one\n}\n', '{\n\t"x": [1,2], // one\n\t"a": {\n\t\t"b": 1\n\t}\n}\n'],
  ['{\n  "x": 1, // one\n  // last\n}\n', '{\n  "x": 1, // one\n  // last\n  "a": {\n    "b": 1\n  },\n}\n'],
  ['{\n  "x": "," /* , */\n}\n', '{\n  "x": ",", /* , */\n  "a": {\n    "b": 1\n  }\n}\n'],
  ['{\n    "a": {}, // c\n}\n', '{\n    "a": {\n        "b": 1\n    }, // c\n}\n'],
  ['{ "a": { "x": 1 } }\n', '{ "a": { "x": 1,\n  "b": 1\n} }\n'],
  ['{ "a": { "b": { "old": true } /* c */ } }\n', '{ "a": { "b": 1 /* c */ } }\n'],
  ['{\r\n  "x": 1\r\n}\r\n', '{\r\n  "x": 1,\r\n  "a": {\r\n    "b": 1\r\n  }\r\n}\r\n'],
])('%j', (before, after) => {
  const set = (text: string) => editJson(text, () => [{ path: ['a', 'b'], value: 1 }]);
  expect(set(before)).toBe(after);
  expect(set(after)).toBe(after);
});

test.each([
  ['{"a":{"x":1},"a":{"y":1}}', /"a" is in it twice/],
  ['{"a":{"b":1,"b":2}}', /"a\.b" is in it twice/],
  ['{"a": 1 "c": 2}', /a comma is missing at line 1, column 9/],
  ['{"a": tru}', /a word makes no sense at line 1/],
])('%j is refused', (text, message) => {
  expect(() => editJson(text, () => [{ path: ['a', 'b'], value: 1 }])).toThrow(message);
});

test('what is there twice elsewhere is left alone', () => {
  expect(editJson('{"x":1,"x":2,"a":{"b":0}}', () => [{ path: ['a', 'b'], value: 1 }])).toBe(
    '{"x":1,"x":2,"a":{"b":1}}',
  );
});
