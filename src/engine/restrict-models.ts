import { GatewayError } from '../core/gateway-error.ts';
import type { Model } from '../core/model.ts';
import { isUnnamed, type ModelCatalog } from './model-catalog.ts';

/**
 * The part of a catalog that a client may use: `allowed` names models by id or alias. What counts is the model that a name
 * means, by whatever map. Where the client names no model and may not use the default one, the first of its own is taken.
 */
export const restrictModels = (catalog: ModelCatalog, allowed: readonly string[] | null): ModelCatalog => {
  if (allowed === null) return catalog;
  const isAllowed = ({ id, aliases }: Pick<Model, 'id' | 'aliases'>): boolean =>
    allowed.includes(id) || aliases.some((alias) => allowed.includes(alias));
  const refuse = (id: string): GatewayError =>
    new GatewayError(
      'permission_denied',
      `This access token may not use the model "${id}". It may use: ${allowed.join(', ')}.`,
      { param: 'model' },
    );
  const findModel = async (name: string): Promise<Model | undefined> => {
    const models = await catalog.list();
    return models.find(({ id }) => id === name) ?? models.find(({ aliases }) => aliases.includes(name));
  };
  const mayUse = async (name: string): Promise<boolean> => {
    const meant = (await catalog.toMeant(name)).name;
    const model = await findModel(meant);
    return model === undefined ? allowed.includes(meant) : isAllowed(model);
  };
  const requireAllowed = async (name: string): Promise<void> => {
    if (!(await mayUse(name))) throw refuse(name);
  };
  /** The first of its own that means itself: a map may have given the name away. */
  const findFirst = async (): Promise<string> => {
    for (const name of allowed) {
      const id = (await findModel(name))?.id ?? name;
      if (await mayUse(id)) return id;
    }
    throw refuse((await catalog.resolve(null)).selection.id);
  };
  /** What to ask the whole catalog for; `auto` is the default model. */
  const toAllowed = async (name: string | null): Promise<string> => {
    if (!isUnnamed(name)) {
      await requireAllowed(name);
      return name;
    }
    const usual = (await catalog.resolve(null)).selection.id;
    const model = await findModel(usual);
    const isUsual = model === undefined ? allowed.includes(usual) : isAllowed(model);
    return isUsual ? 'auto' : findFirst();
  };
  return {
    list: async () => (await catalog.list()).filter(isAllowed),
    async toMeant(name) {
      const meant = await catalog.toMeant(name);
      return { ...meant, isListed: meant.isListed && (await mayUse(name)) };
    },
    get: async (name) => catalog.get(await toAllowed(name)),
    // Before the options are looked at: what it may not use is none of its business.
    resolve: async (name, options) => catalog.resolve(await toAllowed(name), options),
  };
};
