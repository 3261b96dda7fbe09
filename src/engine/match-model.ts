import type { Model } from '../core/model.ts';

/**
 * The model that is meant by a name of Anthropic's, such as `claude-sonnet-4-5-20250929` or `opus`; `null` where nothing matches.
 *
 * Dates and marks such as `-latest` and `[1m]` count for nothing, and neither does the order of family and version: it is the
 * one of the family (`opus`, `haiku`, …) whose name has the most in common, the first of the list where several have.
 */
export const matchModel = (name: string, models: readonly Model[]): Model | null => {
  const words = toWords(name);
  const family = words.find((word) => FAMILIES.has(word));
  if (family === undefined) return null;
  const [best] = models
    .map((model) => ({
      model,
      score: Math.max(...[model.id, ...model.aliases].map((id) => rate(toWords(id), words, family))),
    }))
    .filter(({ score }) => score > -Infinity)
    .toSorted((a, b) => b.score - a.score);
  return best?.model ?? null;
};

const FAMILIES: ReadonlySet<string> = new Set(['fable', 'haiku', 'mythos', 'opus', 'sonnet']);

const toWords = (name: string): readonly string[] =>
  name
    .toLowerCase()
    .replace(/\[[^[\]]*\]$/, '')
    .replace(/[-@](?:\d{8}|latest)(?=$|-v\d)/, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** What two names have in common, less what only the other has; `-Infinity` for another family. */
const rate = (words: readonly string[], wanted: readonly string[], family: string): number => {
  if (!words.includes(family)) return -Infinity;
  // Each counts as often as it stands there: 5.5 is not 5.
  const common = [...new Set(words)]
    .map((word) => Math.min(count(words, word), count(wanted, word)))
    .reduce((sum, each) => sum + each, 0);
  return common - (words.length - common) / 10;
};

const count = (words: readonly string[], wanted: string): number => words.filter((word) => word === wanted).length;
