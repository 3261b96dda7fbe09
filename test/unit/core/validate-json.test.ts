import { describe, expect, test } from 'vitest';
import { validateJson } from '../../../src/core/validate-json.ts';

const weather = {
  type: 'object',
  properties: { city: { type: 'string', minLength: 2 }, days: { type: 'array', items: { type: 'integer' } } },
  required: ['city'],
  additionalProperties: false,
};
const draft = (name: string) => `http://json-schema.org/${name}/schema#`;

test.each<[what: string, schema: Record<string, unknown>, value: unknown, problems: readonly string[]]>([
  ['a valid value', weather, { city: 'Graz', days: [1, 2] }, []],
  ['a missing key', weather, {}, ['$.city: Required']],
  ['a missing key of an odd name', { required: ['a "b"'] }, {}, ['$["a \\"b\\""]: Required']],
  ['a wrong type', weather, { city: 7 }, ['$.city: Expected string, got number']],
  ['one of several types', { type: ['string', 'null'] }, 1, ['$: Expected string or null, got number']],
  ['an index', weather, { city: 'Graz', days: [1, 'x'] }, ['$.days[1]: Expected integer, got string']],
  ['an unknown key', weather, { city: 'Graz', town: 1 }, ['$.town: Not allowed']],
  [
    'several problems',
    weather,
    { days: 1, town: 2 },
    ['$.city: Required', '$.days: Expected array, got number', '$.town: Not allowed'],
  ],
  ['a short string', weather, { city: 'x' }, ['$.city: String is too short (1 < 2)']],
  ['an enum', { enum: ['a', 'b'] }, 'c', ['$: Does not match any of ["a","b"]']],
  ['a constant', { const: { a: 1 } }, { a: 2 }, ['$: Does not match {"a":1}']],
  ['a pattern', { pattern: '^a+$' }, 'ab', ['$: String does not match pattern']],
  [
    'a key with a slash',
    { properties: { 'a/b~%c': { type: 'null' } } },
    { 'a/b~%c': 1 },
    ['$["a/b~%c"]: Expected null, got number'],
  ],
  ['a boolean as schema of a key', { properties: { a: false } }, { a: 1 }, ['$.a: Not allowed']],
  [
    'alternatives',
    { anyOf: [{ type: 'string' }, { type: 'null' }] },
    1,
    ['$: Does not match any subschemas', '$: Expected string, got number', '$: Expected null, got number'],
  ],
  [
    'two alternatives at once',
    { oneOf: [{ type: 'number' }, { minimum: 0 }] },
    1,
    ['$: Does not match exactly one subschema (2 matches)'],
  ],
  [
    'a recursive schema',
    { $defs: { tree: { type: 'array', items: { $ref: '#/$defs/tree' } } }, $ref: '#/$defs/tree' },
    [[], [[1]]],
    ['$[1][0][0]: Expected array, got number'],
  ],
  [
    '$ref with a sibling, today',
    { $defs: { a: {} }, $ref: '#/$defs/a', type: 'null' },
    1,
    ['$: Expected null, got number'],
  ],
  [
    '$ref with a sibling, in draft 7',
    { $schema: draft('draft-07'), definitions: { a: {} }, $ref: '#/definitions/a', type: 'null' },
    1,
    [],
  ],
  [
    'a boolean limit of draft 4',
    { $schema: draft('draft-04'), minimum: 1, exclusiveMinimum: true },
    1,
    ['$: 1 is less than or equal to  1'],
  ],
  [
    'items as a list',
    { $schema: draft('draft-07'), items: [{ type: 'null' }] },
    [1],
    ['$[0]: Expected null, got number'],
  ],
  ['a $ref to nowhere', { $ref: '#/$defs/none' }, 1, []],
  ['a $ref to itself', { $ref: '#' }, 1, []],
  ['a $ref to the web', { $ref: 'https://127.0.0.1:1/schema.json' }, 1, []],
  ['a type that is none', { properties: { p: { type: 'any' }, q: { type: ['str', 'null'] } } }, { p: 1, q: 2 }, []],
  [
    'a property called type',
    { properties: { type: { type: 'string' } } },
    { type: 7 },
    ['$.type: Expected string, got number'],
  ],
  ['a type that may be null', { type: 'string', nullable: true }, null, []],
  ['a pattern that is none', { type: 'string', pattern: '(' }, 1, ['$: Expected string, got number']],
  ['a pattern of the older kind', { type: 'string', pattern: '^\\d\\-\\d$' }, 'x', []],
  ['a constant that has such a pattern', { const: { pattern: '(' } }, { pattern: '(' }, []],
  ['a wrong keyword', { required: 5 }, {}, []],
  ['the empty schema', {}, [1], []],
])('%s', (_what, schema, value, problems) => {
  expect(validateJson(schema, value)).toEqual(problems);
});

test('a schema is left as it is, and may be frozen', () => {
  const schema = Object.freeze({ type: 'object', properties: Object.freeze({ a: Object.freeze({ type: 'null' }) }) });
  expect(validateJson(schema, { a: 1 })).toHaveLength(1);
  expect(Reflect.ownKeys(schema)).toEqual(['type', 'properties']);
});

test('few problems are told, none of them long', () => {
  const many = validateJson(
    { items: { type: 'null' } },
    Array.from({ length: 200_000 }, () => 1),
  );
  expect(many.length).toBeGreaterThan(0);
  expect(many.length).toBeLessThanOrEqual(5);
  const [long = ''] = validateJson({ const: 'x'.repeat(1000) }, 'y');
  expect(long).toHaveLength(300);
});

describe('a schema that computes without end forbids nothing', () => {
  const levels: Record<string, unknown> = { level40: { type: 'string' } };
  for (let level = 0; level < 40; level += 1) {
    const next = { $ref: `#/$defs/level${level + 1}` };
    levels[`level${level}`] = { allOf: [next, next] };
  }
  const exponential = { $defs: levels, $ref: '#/$defs/level0' };
  test.each<[string, Record<string, unknown>, unknown]>([
    ['a pattern', { pattern: '^(a+)+$' }, `${'a'.repeat(50)}b`],
    ['a pattern of keys', { patternProperties: { '^(a+)+$': {} } }, { [`${'a'.repeat(50)}b`]: 1 }],
    ['references', exponential, 'x'],
  ])('%s', (_what, schema, value) => {
    const from = performance.now();
    expect(validateJson(schema, value)).toEqual([]);
    expect(validateJson(schema, value)).toEqual([]);
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});
