import { describe, expect, it } from 'vitest';
import type { AccessTokenInfo } from '../../../src/core/access-token.ts';
import {
  parseModels,
  parseRequestsPerMinute,
  toExpiryChoices,
} from '../../../src/extension/tokens/token-limit-choices.ts';
import { toTokenRows } from '../../../src/extension/tokens/token-rows.ts';
import { english } from './english.ts';

const NOW = Date.UTC(2026, 5, 1, 12);

const aToken = (changes: Partial<AccessTokenInfo>): AccessTokenInfo => ({
  id: 'tok_1',
  name: 'my editor',
  createdAt: NOW,
  lastUsedAt: null,
  requestCount: 0,
  expiresAt: null,
  account: null,
  models: null,
  requestsPerMinute: null,
  ...changes,
});

describe('limits of a token', () => {
  it.each([
    ['auto', ['auto']],
    [' auto, composer-2.5 ', ['auto', 'composer-2.5']],
    ['auto auto,,', ['auto']],
    [' , ', []],
  ])('models %j', (input, models) => {
    expect(parseModels(input)).toEqual(models);
  });

  it.each([
    ['60', 60],
    [' 1 ', 1],
    ['0', null],
    ['-1', null],
    ['1.5', null],
    ['', null],
    ['many', null],
  ])('requests per minute %j: %s', (input, number) => {
    expect(parseRequestsPerMinute(input)).toBe(number);
  });

  it('offers lifetimes from a day to a year', () => {
    const days = toExpiryChoices(NOW, english).map(({ expiresAt }) => (expiresAt - NOW) / 86_400_000);
    expect(days).toEqual([1, 7, 30, 90, 365]);
  });
});

describe('rows of tokens', () => {
  it.each<[string, Partial<AccessTokenInfo>, object]>([
    ['never used', {}, { label: 'my editor', description: 'never used', detail: '' }],
    [
      'used',
      { lastUsedAt: Date.UTC(2026, 4, 2, 12), requestCount: 3 },
      { description: expect.stringMatching(/^last used 0?2\/0?5\/2026.*, 3 requests$/) },
    ],
    ['expired', { expiresAt: NOW }, { detail: 'expired' }],
    [
      'limited',
      { expiresAt: Date.UTC(2026, 6, 3, 12), account: 'work', models: ['auto', 'gpt-5'], requestsPerMinute: 5 },
      { detail: 'expires on 03/07/2026 · account work · models auto, gpt-5 · 5 requests per minute' },
    ],
  ])('%s', (_, changes, expected) => {
    expect(toTokenRows([aToken(changes)], english, NOW, 'en-GB')).toEqual([expect.objectContaining(expected)]);
  });

  it('leave out the default one', () => {
    expect(toTokenRows([aToken({ id: 'default', name: 'default' })], english, NOW)).toEqual([]);
  });
});
