import type { Usage } from '../../core/usage.ts';

/** What Cursor asks for a model, in USD per million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** `null` where writes are charged as plain input. */
  readonly cacheWrite: number | null;
}

/**
 * What a run costs by list price, in USD to nine decimals. An estimate: surcharges for long contexts, team plans and what a
 * plan includes are left out.
 */
export const toCost = (price: ModelPrice, usage: Usage): number => {
  const perMillion =
    usage.inputTokens * price.input +
    usage.outputTokens * price.output +
    usage.cacheReadTokens * price.cacheRead +
    usage.cacheWriteTokens * (price.cacheWrite ?? price.input);
  return Number((perMillion / 1_000_000).toFixed(9));
};
