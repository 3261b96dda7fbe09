import { expect, test } from 'vitest';
import type { Model } from '../../../src/core/model.ts';
import { matchModel } from '../../../src/engine/match-model.ts';

const toModel = (id: string, ...aliases: string[]): Model => ({ id, displayName: id, aliases, parameters: [] });
const models = [
  toModel('composer-2.5'),
  toModel('claude-opus-4.6'),
  toModel('claude-4.5-sonnet', 'sonnet-4.5'),
  toModel('claude-opus-4.5', 'best'),
  toModel('claude-4-sonnet'),
];

test.each<[name: string, id: string | null]>([
  ['claude-sonnet-4-5-20250929', 'claude-4.5-sonnet'],
  ['claude-sonnet-4-20250514', 'claude-4-sonnet'],
  ['claude-opus-4-5[1m]', 'claude-opus-4.5'],
  ['claude-opus-latest', 'claude-opus-4.6'],
  ['opus', 'claude-opus-4.6'],
  ['claude-haiku-4-5-20251001', null],
  ['gpt-9', null],
  ['anthropic/claude-sonnet-4.5', 'claude-4.5-sonnet'],
  ['anthropic.claude-sonnet-4-20250514-v1:0', 'claude-4-sonnet'],
  ['claude-opus-4-5@20251101', 'claude-opus-4.5'],
  ['constructor', null],
])('%s means %s', (name, id) => {
  expect(matchModel(name, models)?.id ?? null).toBe(id);
});

test.each<[id: string, name: string]>([
  ['claude-opus-5.5', 'claude-opus-5-5'],
  ['claude-opus-5', 'claude-opus-5'],
  ['claude-opus-5', 'claude-opus-5-20260801'],
])('%s is meant by %s, in any order of the list', (id, name) => {
  const versions = [toModel('claude-opus-5'), toModel('claude-opus-5.5')];
  expect(matchModel(name, versions)?.id).toBe(id);
  expect(matchModel(name, versions.toReversed())?.id).toBe(id);
});

test('brackets without an end cost no more than their length', () => {
  // Quadratic work would not come to its end within the patience of a test.
  expect(matchModel('['.repeat(3_000_000), models)).toBe(null);
});
