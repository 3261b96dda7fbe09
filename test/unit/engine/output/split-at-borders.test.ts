import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { splitAtBorders } from '../../../../src/engine/output/split-at-borders.ts';
import { fitTokens } from '../../../../src/engine/output/tokenizer/main.ts';
import { createSeededRandom } from '../../../support/seeded-random.ts';
import { createRandomText } from './random-text.ts';

const count = (text: string): number => encode(text, { disallowedSpecial: new Set() }).length;

test.each<[what: string, text: string, pieces: readonly string[]]>([
  ['nothing', '', ['']],
  ['words', 'one two', ['one', ' two']],
  ['several spaces', 'one   two', ['one', '   two']],
  ['a contraction', "don't go", ["don't", ' go']],
  ['lines', 'a\nb!\n c', ['a', '\nb', '!\n c']],
  ['code', 'f(x1);', ['f', '(x', '1);']],
  ['marks', 'e\u0301a.', ['e\u0301a', '.']],
])('%s', (_what, text, pieces) => {
  expect(splitAtBorders(text)).toEqual(pieces);
});

test('a run without end is split into parts, none within a character', () => {
  const text = `x${'😀'.repeat(1000)}`;
  const pieces = splitAtBorders(text);
  expect(pieces.join('')).toBe(text);
  expect(pieces.map((piece) => piece.length)).toEqual([1, 510, 510, 510, 470]);
  expect(splitAtBorders(`a${'1'.repeat(1000)}`).reduce((sum, piece) => sum + count(piece), 0)).toBe(
    count(`a${'1'.repeat(1000)}`),
  );
});

describe('counted in pieces, a text has as many tokens as in one', () => {
  test.each([1, 2, 3, 4])('seed %i', (seed) => {
    const random = createSeededRandom(seed);
    for (let round = 0; round < 500; round += 1) {
      const text = createRandomText(random, 1 + random.below(60));
      const pieces = splitAtBorders(text);
      expect(pieces.join('')).toBe(text);
      const counted = pieces.reduce((sum, piece) => sum + fitTokens(piece, Infinity).tokens, 0);
      expect(counted, JSON.stringify(text)).toBe(count(text));
    }
  });
});
