/** Names that clients send, and the ids or aliases of models that they stand for. A name that ends in `*` holds for all that begin so. */
export type ModelMap = Readonly<Record<string, string>>;

/** What a map has for a name: the very name first, then the longest beginning of it; `null` where nothing fits. */
export const findInModelMap = (map: ModelMap, name: string): string | null => {
  if (Object.hasOwn(map, name)) return map[name] ?? null;
  const [longest] = Object.keys(map)
    .filter((key) => key.endsWith('*') && name.startsWith(key.slice(0, -1)))
    .toSorted((a, b) => b.length - a.length);
  return longest === undefined ? null : (map[longest] ?? null);
};
