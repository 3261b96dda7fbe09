/**
 * A longer run without border is split all the same, and so counted by parts: merging a run's bytes into tokens takes time
 * with the square of its length. Only text such as one letter repeated without end has such runs. A multiple of three, as
 * that is how many digits a token takes.
 */
const MAX_PIECE_LENGTH = 510;

/**
 * No word of o200k's first splitting reaches over these: it puts white space and other signs at most in front of letters, and
 * nothing but a contraction (`'ll`) behind them; line ends it puts behind signs. Its words depend on nothing before them.
 * Source: `pat_str` of `o200k_base` in https://github.com/openai/tiktoken/blob/main/tiktoken_ext/openai_public.py
 */
const BORDER = /(?<=\p{L})(?=[^\p{L}\p{M}'])|(?<=\S)(?=[^\S\r\n])/u;

/**
 * Splits a text where tokens surely end, so that its pieces can be counted one by one, and where it grows, each but the last
 * once and for all. Joined, the pieces are the text.
 */
export const splitAtBorders = (text: string): string[] => text.split(BORDER).flatMap(splitLongPiece);

const splitLongPiece = (piece: string): string[] => {
  const parts: string[] = [];
  let rest = piece;
  while (rest.length > MAX_PIECE_LENGTH) {
    const end = isHighSurrogate(rest.charCodeAt(MAX_PIECE_LENGTH - 1)) ? MAX_PIECE_LENGTH - 1 : MAX_PIECE_LENGTH;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
};

/** Whether a UTF-16 unit is the first half of a character. */
export const isHighSurrogate = (unit: number): boolean => unit >= 0xd8_00 && unit <= 0xdb_ff;
