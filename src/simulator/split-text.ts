/** Splits a text into pieces of so many characters, counted in code points so that no surrogate pair is torn. */
export function* splitText(text: string, charactersPerPiece: number): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = start;
    for (let taken = 0; taken < charactersPerPiece && end < text.length; taken += 1) {
      end += isSurrogatePairAt(text, end) ? 2 : 1;
    }
    yield text.slice(start, end);
    start = end;
  }
}

/** Counts the code points of a text. */
export function countCharacters(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += isSurrogatePairAt(text, index) ? 2 : 1) count += 1;
  return count;
}

function isSurrogatePairAt(text: string, index: number): boolean {
  return (text.codePointAt(index) ?? 0) > 0xffff;
}
