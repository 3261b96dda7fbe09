import { GatewayError } from '../core/gateway-error.ts';
import type { Model } from '../core/model.ts';
import type { ModelCatalog } from './model-catalog.ts';

/**
 * The part of a catalog that a client may use: `allowed` names models by id or alias. Where the client names no model and may
 * not use the default one, the first of its own is taken.
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
  const requireAllowed = async (id: string): Promise<void> => {
    if (allowed.includes(id)) return;
    const model = (await catalog.list()).find((each) => each.id === id || each.aliases.includes(id));
    if (model === undefined || !isAllowed(model)) throw refuse(id);
  };
  return {
    list: async () => (await catalog.list()).filter(isAllowed),
    async get(id) {
      await requireAllowed(id);
      return catalog.get(id);
    },
    async resolve(id, options) {
      const isUnnamed = id === null || id === '' || id === 'auto';
      // Before the options are looked at: what it may not use is none of its business.
      if (!isUnnamed) {
        await requireAllowed(id);
        return catalog.resolve(id, options);
      }
      const usual = await catalog.resolve(null);
      const [first] = allowed;
      const model = (await catalog.list()).find((each) => each.id === usual.selection.id);
      const isUsual = allowed.includes(usual.selection.id) || (model !== undefined && isAllowed(model));
      return catalog.resolve(isUsual || first === undefined ? null : first, options);
    },
  };
};
