import type { ModelCatalog } from '../engine/model-catalog.ts';

/** What a route appends to the id of every model, as OpenCode's does; `null` for nothing. */
export type ModelSuffix = '-sdk' | null;

/** The id without the suffix of its route; as it is where there is a model or an alias of that very name. */
export const removeModelSuffix = async <T extends string | null>(
  catalog: Pick<ModelCatalog, 'list'>,
  id: T,
  suffix: ModelSuffix,
): Promise<T | string> => {
  if (id === null || suffix === null || !id.endsWith(suffix)) return id;
  const models = await catalog.list();
  const isModel = models.some((model) => model.id === id || model.aliases.includes(id));
  return isModel ? id : id.slice(0, -suffix.length);
};
