import { matchModel } from './match-model.ts';
import { isUnnamed, type ModelCatalog } from './model-catalog.ts';

/**
 * A catalog for clients that know the names of Anthropic's models: one that the account does not have means the closest of the
 * same family, and the default model where there is none.
 */
export const matchFamilies = (catalog: ModelCatalog): ModelCatalog => {
  const match = async (wanted: string): Promise<string | null> => {
    const { name, isListed } = await catalog.toMeant(wanted);
    return isListed ? wanted : (matchModel(name, await catalog.list())?.id ?? null);
  };
  return {
    list: () => catalog.list(),
    toMeant: async (wanted) => catalog.toMeant((await match(wanted)) ?? wanted),
    get: async (wanted) => catalog.get((await match(wanted)) ?? wanted),
    resolve: async (wanted, options) => catalog.resolve(isUnnamed(wanted) ? wanted : await match(wanted), options),
  };
};
