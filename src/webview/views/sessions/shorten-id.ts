const LONGEST = 24;
const START = 12;
const END = 6;

/** An id that fits a narrow line: a long one keeps its beginning and its end, which tell it from others. */
export const shortenId = (id: string): string => {
  // By code points: half of a pair is no letter.
  const letters = Array.from(id);
  return letters.length <= LONGEST ? id : `${letters.slice(0, START).join('')}…${letters.slice(-END).join('')}`;
};
