import { expect, test } from 'vitest';
import { editJson } from '../../../src/connect/files/edit-json.ts';

/** What becomes of a file when `a.b` is set to 1: nothing but that changes. */
test.each([
  ['', '{\n  "a": {\n    "b": 1\n  }\n}\n'],
  ['{}', '{\n  "a": {\n    "b": 1\n  }\n}\n'],
  ['// c', '// c\n{\n  "a": {\n    "b": 1\n  }\n}\n'],
  ['{"x":1}', '{"x":1,\n  "a": {\n    "b": 1\n  }\n}\n'],
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
