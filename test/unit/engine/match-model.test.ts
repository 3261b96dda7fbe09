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

test('brackets without an end take no time', () => {
  const begunAt = performance.now();
  expect(matchModel('['.repeat(200_000), models)).toBe(null);
  expect(performance.now() - begunAt).toBeLessThan(1000);
});
