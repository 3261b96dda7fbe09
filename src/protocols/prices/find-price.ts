import type { ModelSelection } from '../../core/model.ts';
import list from './cursor-prices.json' with { type: 'json' };
import type { ModelPrice } from './model-price.ts';

/** Ids are written with dots and with dashes: `claude-opus-4.8`, `claude-opus-4-8`. */
const toKey = (id: string): string => id.toLowerCase().replaceAll('.', '-');

const entries = new Map(list.models.flatMap((entry) => entry.ids.map((id) => [toKey(id), entry] as const)));

/**
 * The published price of a model, with its `fast` parameter or `-fast` ending taken into account; `null` where none is
 * known. The data file names its source and, for each price, the day on which it was there.
 */
export const findPrice = ({ id, parameters }: ModelSelection): ModelPrice | null => {
  const key = toKey(id);
  const isFast =
    key.endsWith('-fast') || parameters.some((parameter) => parameter.id === 'fast' && parameter.value === 'true');
  const entry = entries.get(key.replace(/-fast$/, ''));
  if (entry === undefined) return null;
  return isFast ? entry.fast : entry;
};
