import { distance } from 'fastest-levenshtein';
import { GatewayError } from '../core/gateway-error.ts';
import type { Model } from '../core/model.ts';
import {
  type ModelParameterOptions,
  type ModelResolution,
  toModelSelection,
  toUnlistedSelection,
} from './model-parameters.ts';

/** Which models there are, and which one a request means. */
export interface ModelCatalog {
  /** The account's models; the default model alone where Cursor's list cannot be had. Never rejects. */
  list(): Promise<readonly Model[]>;
  /** The model of this id or alias. @throws GatewayError `model_not_found` */
  get(id: string): Promise<Model>;
  /**
   * What to run for the `model` field of a request, with its parameters.
   *
   * @throws GatewayError `model_not_found`, and `unsupported_value` for parameters that do not exist.
   */
  resolve(id: string | null, options?: ModelParameterOptions): Promise<ModelResolution>;
}

export interface ModelCatalogOptions {
  /** The account's models; `null` where they cannot be had. Never rejects. */
  readonly load: () => Promise<readonly Model[] | null>;
  /** For requests that name no model, or `auto`. */
  readonly defaultModel: string;
}

export const createModelCatalog = ({ load, defaultModel }: ModelCatalogOptions): ModelCatalog => {
  const find = (models: readonly Model[], id: string): Model | undefined =>
    models.find((model) => model.id === id) ?? models.find((model) => model.aliases.includes(id));
  const unlisted = (id: string): Model => ({ id, displayName: id, aliases: [], parameters: [] });

  return {
    list: async () => (await load()) ?? [unlisted(defaultModel)],
    async get(id) {
      const models = (await load()) ?? [unlisted(defaultModel)];
      const model = find(models, id);
      if (model === undefined) throw toModelNotFound(id, models);
      return model;
    },
    async resolve(id, options = {}) {
      const wanted = id === null || id === '' || id === 'auto' ? defaultModel : id;
      const models = await load();
      // Without a list, Cursor itself decides whether it knows the id.
      if (models === null) return toUnlistedSelection(wanted, options);
      const model = find(models, wanted);
      if (model === undefined) throw toModelNotFound(wanted, models);
      return toModelSelection(model, options);
    },
  };
};

const toModelNotFound = (id: string, models: readonly Model[]): GatewayError => {
  const nearest = models
    .flatMap((model) => [model.id, ...model.aliases].map((name) => ({ id: model.id, away: distance(name, id) })))
    .toSorted((a, b) => a.away - b.away)
    .map((candidate) => candidate.id);
  const names = [...new Set(nearest)].slice(0, 3).join(', ');
  return new GatewayError('model_not_found', `The model "${id}" does not exist. The nearest ones are: ${names}.`, {
    param: 'model',
  });
};
