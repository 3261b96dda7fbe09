import { BytePairEncodingCore } from 'gpt-tokenizer/BytePairEncodingCore';
import ranks from 'gpt-tokenizer/bpeRanks/o200k_base';
import { O200KBase } from 'gpt-tokenizer/encodingParams/o200k_base';
import { lengthOfBytes } from '../length-of-bytes.ts';

/** Enough for the words of an answer; the default keeps ten times as many for good. */
const MERGE_CACHE_SIZE = 10_000;

const core = new BytePairEncodingCore({ ...O200KBase(ranks), mergeCacheSize: MERGE_CACHE_SIZE });

/** How much of a text fits into a number of tokens. */
export interface TokenFit {
  /** The tokens of the text, at most as many as were asked for. */
  readonly tokens: number;
  /** How many UTF-16 units of the text these cover, less a character that is cut; all of them where the text fits. */
  readonly length: number;
}

/**
 * Measures a text in tokens of o200k; what looks like a special token is plain text.
 *
 * The time grows with the square of a text's longest run without border, see `splitAtBorders`.
 */
export const fitTokens = (text: string, maxTokens: number): TokenFit => {
  const tokens = core.encodeNative(text);
  if (tokens.length <= maxTokens) return { tokens: tokens.length, length: text.length };
  const bytes = tokens.slice(0, maxTokens).reduce((sum, token) => sum + byteLengthOf(token), 0);
  return { tokens: maxTokens, length: lengthOfBytes(text, bytes) };
};

const byteLengthOf = (token: number): number => {
  const value = ranks[token] ?? '';
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
};
