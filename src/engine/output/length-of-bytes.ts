/** The length, in UTF-16 units, of the longest start of `text` that is whole characters of at most `bytes` bytes of UTF-8. */
export const lengthOfBytes = (text: string, bytes: number): number => {
  let length = 0;
  let left = bytes;
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    length += character.length;
  }
  return length;
};
