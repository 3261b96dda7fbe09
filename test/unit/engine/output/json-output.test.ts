import { describe, expect, test } from 'vitest';
import type { AnswerFormat } from '../../../../src/core/answer-request.ts';
import { countWork } from '../../../support/count-work.ts';
import { readJsonAnswer, toFormatInstruction, toRepairPrompt } from '../../../../src/engine/output/json-output.ts';

const schema = (name: string, value: Record<string, unknown>, description: string | null = null): AnswerFormat => ({
  type: 'json_schema',
  name,
  description,
  schema: value,
});
const OBJECT: AnswerFormat = { type: 'json_object' };
const CITY = schema('city', {
  type: 'object',
  properties: { name: { type: 'string' }, tags: { type: 'array' } },
  required: ['name'],
});
const LIST = schema('list', { type: 'array', items: { type: 'integer' } });
const EITHER = schema('either', { anyOf: [{ type: 'array' }, { type: 'object', required: ['b'] }] });
const WORD = schema('word', { type: 'string' });

const CITATIONS = Array.from({ length: 60 }, (_, index) => `[${index}]`).join(' ');
const GRAZ = '{"name": "Graz"}';

describe('the JSON of an answer', () => {
  test.each<[what: string, format: AnswerFormat, text: string, json: string]>([
    ['the whole text, as it was written', CITY, ' {"name":\t"Graz",\n"n": 1.0e2}\n', '{"name":\t"Graz",\n"n": 1.0e2}'],
    ['behind a byte order mark', CITY, `\uFEFF${GRAZ}`, GRAZ],
    ['any object', OBJECT, '{}', '{}'],
    ['an array', LIST, '[1, 2]', '[1, 2]'],
    ['a string', WORD, '"word"', '"word"'],
    ['one of two kinds', EITHER, '{"b": 1}', '{"b": 1}'],
    ['a code fence', CITY, `\`\`\`json\n${GRAZ}\n\`\`\``, GRAZ],
    ['a code fence among words', CITY, `Here you are:\n\n\`\`\`\n${GRAZ}\n\`\`\`\nAnything else?`, GRAZ],
    ['a fence that a longer one closes', CITY, `\`\`\`json\n${GRAZ}\n\`\`\`\`\nNot {"name": "Wien"}.`, GRAZ],
    ['fences within a longer one', CITY, `\`\`\`\`json\n${GRAZ}\n\`\`\`\`\n\`\`\`\n{"a": 1}\n\`\`\``, GRAZ],
    ['a fence with empty lines', CITY, `\`\`\`json\n\n${GRAZ}\n\n\`\`\``, GRAZ],
    ['the rest of a fence that is never closed', CITY, `Here:\n\`\`\`json\n${GRAZ}\n`, GRAZ],
    ['the one among many citations', CITY, `${CITATIONS}: ${GRAZ}`, GRAZ],
    ['an indented code fence', OBJECT, '- item:\n  ```json\n  {\n    "a": 1\n  }\n  ```\n', '{\n    "a": 1\n  }'],
    ['a fence rather than the words around it', CITY, `Not {"name": "Wien"}:\n\`\`\`json\n${GRAZ}\n\`\`\``, GRAZ],
    ['the fence that fits', CITY, `\`\`\`json\n{"a": 1}\n\`\`\`\n\`\`\`json\n${GRAZ}\n\`\`\``, GRAZ],
    ['an object among words', CITY, `Sure! ${GRAZ} Anything else?`, GRAZ],
    ['an object behind brackets in words', CITY, `See [1] and {x}: ${GRAZ} (don't [forget]).`, GRAZ],
    ['an object behind an open bracket', CITY, `Well [so: ${GRAZ}`, GRAZ],
    ['the object that fits', CITY, `Not {"a": 1} but ${GRAZ}`, GRAZ],
    ['the same one twice', CITY, `${GRAZ}\n\nAgain: ${GRAZ}`, GRAZ],
    ['brackets and quotes in strings', CITY, 'It is {"name": "}]\\"{["} .', '{"name": "}]\\"{["}'],
    ['the outermost object', OBJECT, 'It is {"a": {"b": [{}]}}.', '{"a": {"b": [{}]}}'],
    ['a trailing comma', CITY, '{"name": "Graz", "tags": [1, 2,],}', '{"name":"Graz","tags":[1,2]}'],
    ['single quotes', CITY, "{'name': 'Graz'}", '{"name":"Graz"}'],
    ['names without quotes and comments', CITY, '{name: "Graz" /* city */} ', '{"name":"Graz"}'],
    ["Python's words", OBJECT, '{"a": True, "b": None}', '{"a":true,"b":null}'],
    ['a line end in a string', CITY, '{"name": "Gr\naz"}', '{"name":"Gr\\naz"}'],
    ['a missing comma in a fence', OBJECT, '```json\n{"a": 1 "b": 2}\n```', '{"a":1,"b":2}'],
    ['a trailing comma below words', LIST, 'The list:\n[1,\n 2,\n]\nDone.', '[1,2]'],
  ])('%s', (_what, format, text, json) => {
    expect(readJsonAnswer(format, text)).toEqual({ ok: true, text: json });
    expect(() => JSON.parse(json)).not.toThrow();
  });

  test.each<[what: string, format: AnswerFormat, text: string, problem: RegExp]>([
    ['nothing', OBJECT, ' \n', /^it is empty$/],
    ['words', OBJECT, 'I cannot do that.', /^it is no JSON \(/],
    ['words where a string is wanted', WORD, 'word', /^it is no JSON \(/],
    ['words with braces', OBJECT, 'Use {name: value} for that.', /^it is no JSON \(/],
    ['code', OBJECT, '```js\nfunction f()\n{\n  return 1;\n}\n```', /^it is no JSON \(/],
    ['an array for an object', OBJECT, '[{}]', /^it is JSON, but no object$/],
    ['an array in a fence for an object', OBJECT, '```json\n[{"a": 1}]\n```', /^it is JSON, but no object$/],
    ['null for an object', OBJECT, 'null', /^it is JSON, but no object$/],
    [
      'what the schema forbids',
      CITY,
      '{"name": 1}',
      /^it is not valid against the schema \(\$\.name: Expected string, got number\)$/,
    ],
    ['what the schema forbids, mended', CITY, "{'name': 1}", /^it is not valid against the schema \(\$\.name: /],
    [
      'what the schema forbids, among words',
      CITY,
      'It is {"a": 1}.',
      /^it is not valid against the schema \(\$\.name: Required\)$/,
    ],
    ['none of two kinds', EITHER, '{"c": 1}', /^it is not valid against the schema \(\$: /],
    ['several objects', OBJECT, '{"a": 1}\n{"a": 2}', /^it has several JSON values, where one is wanted$/],
    ['several objects, mended', OBJECT, '{"a": 1,}\n{"a": 2,}', /^it has several JSON values, where one is wanted$/],
    ['a cut-off object', CITY, '{"name": "Graz", "tags": [1, 2', /^its JSON ends before it is complete$/],
    ['an object cut off within a string', CITY, '{"name": "Gra', /^its JSON ends before it is complete$/],
    [
      'an object cut off behind a part that would do',
      CITY,
      '{"name": "Graz", "of": {"name": "Styria"}',
      /^its JSON ends before it is complete$/,
    ],
    ['an object cut off in a fence', OBJECT, '```json\n{"a": 1, "b": {}', /^its JSON ends before it is complete$/],
    ['an elided array', LIST, '[1, 2, ...]', /^it is no JSON \(/],
    [
      'more objects than can be told apart',
      OBJECT,
      Array.from({ length: 300 }, (_, index) => `[${index}]`).join('\n'),
      /^it has several JSON values, where one is wanted$/,
    ],
  ])('is not there: %s', (_what, format, text, problem) => {
    const answer = readJsonAnswer(format, text);
    expect(answer.ok ? answer.text : answer.problem).toMatch(problem);
    expect(answer.ok).toBe(false);
  });

  const WORST: readonly (readonly [what: string, text: (length: number) => string])[] = [
    ['brackets that are never closed', (length) => '['.repeat(length)],
    ['braces that are never closed', (length) => 'x {'.repeat(length / 3)],
    ['brackets at line ends that are never closed', (length) => 'a [\n'.repeat(length / 4)],
    ['arrays', (length) => '[]'.repeat(length / 2)],
    ['objects', (length) => '{}\n'.repeat(length / 3)],
    ['different objects', (length) => toDifferent(length, (index) => `{"a":${index}}\n`)],
    ['different objects to mend', (length) => toDifferent(length, (index) => `{a:${index}}\n`)],
    ['fences that are never closed', (length) => '```a\n'.repeat(length / 5)],
    ['fences of every length', (length) => toDifferent(length, (index) => `${'`'.repeat(3 + (index % 50))}a\n`)],
    ['fences', (length) => '```\n{}\n```\n'.repeat(length / 11)],
    ['fences of different objects', (length) => toDifferent(length, (index) => `\`\`\`\n{"a":${index}}\n\`\`\`\n`)],
  ];
  const toDifferent = (length: number, toPart: (index: number) => string): string => {
    let text = '';
    for (let index = 0; text.length < length; index += 1) text += toPart(index);
    return text;
  };

  test.each(WORST)('the worst of %s takes work in proportion to their length', (_what, toText) => {
    const [once = 0, twice = 0] = [5_000, 10_000].map((length) => {
      const text = toText(length);
      return countWork(() => void readJsonAnswer(CITY, text));
    });
    expect(once).toBeLessThan(5_000 * 300);
    expect(twice).toBeLessThan(once * 2.1 + 1_000);
  });

  // Work in regular expressions shows in nothing but the time. Where it grows with the square, this takes minutes.
  test('the worst text takes no time', () => {
    const from = performance.now();
    for (const [, toText] of WORST) readJsonAnswer(CITY, toText(200_000));
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});

test('the model is told the form and the schema', () => {
  expect(toFormatInstruction(OBJECT)).toContain('one JSON object');
  const told = toFormatInstruction(schema('city', { type: 'object' }, 'A city.'));
  for (const part of ['"city"', 'A city.', '{"type":"object"}']) expect(told).toContain(part);
});

test('the model is told what was wrong', () => {
  const told = toRepairPrompt(CITY, 'it is empty');
  expect(told).toMatch(/^Your last answer cannot be used: it is empty\. .*"city"/);
  expect(told).toContain(
    '{"type":"object","properties":{"name":{"type":"string"},"tags":{"type":"array"}},"required":["name"]}',
  );
  expect(toRepairPrompt(OBJECT, 'it is empty')).toMatch(/ as one JSON object\. /);
});
