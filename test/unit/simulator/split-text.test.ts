import { describe, expect, it } from 'vitest';
import { countCharacters, splitText } from '../../../src/simulator/split-text.ts';

describe('splitText', () => {
  it.each<[string, number, string[]]>([
    ['', 4, []],
    ['abc', 4, ['abc']],
    ['abcd', 2, ['ab', 'cd']],
    ['abcde', 2, ['ab', 'cd', 'e']],
    ['😀😀a😀', 1, ['😀', '😀', 'a', '😀']],
    ['a😀b', 2, ['a😀', 'b']],
    ['\ud83da', 1, ['\ud83d', 'a']],
  ])('splits %j by %i', (text, size, pieces) => {
    expect([...splitText(text, size)]).toEqual(pieces);
    expect(countCharacters(text)).toBe(Array.from(text).length);
  });
});
