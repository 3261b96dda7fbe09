import { distance } from 'fastest-levenshtein';
import { GatewayError } from '../core/gateway-error.ts';
import type { Model } from '../core/model.ts';
import { findInModelMap, type ModelMap } from './model-map.ts';
import {
  type ModelParameterOptions,
  type ModelResolution,
  toModelSelection,
  toUnlistedSelection,
} from './model-parameters.ts';

/** What a client means by the name of a model. */
export interface MeantModel {
  /** The name itself, or what it stands for by the user's map. */
  readonly name: string;
  /** Whether the account has a model of this id or alias that the client may use. */
  readonly isListed: boolean;
}

/** Which models there are, and which one a request means. */
export interface ModelCatalog {
  /** The account's models; the default model alone where Cursor's list cannot be had. Never rejects. */
  list(): Promise<readonly Model[]>;
  /**
   * What a name means: an id of the account's list is itself, else the user's map decides, else an alias is itself.
   *
   * @throws GatewayError `model_not_found` for one that is too long for any
   */
  toMeant(name: string): Promise<MeantModel>;
  /** The model that this name means, which is the default one for `auto` and an empty name. @throws GatewayError `model_not_found` */
  get(name: string): Promise<Model>;
  /**
   * What to run for the `model` field of a request, with its parameters: what {@link toMeant} says, and the default model for
   * `auto`, an empty name and none.
   *
   * @throws GatewayError `model_not_found`, and `unsupported_value` for parameters that do not exist.
   */
  resolve(name: string | null, options?: ModelParameterOptions): Promise<ModelResolution>;
}

export interface ModelCatalogOptions {
  /** The account's models; `null` where they cannot be had. Never rejects. */
  readonly load: () => Promise<readonly Model[] | null>;
  /** For requests that name no model, or `auto`. */
  readonly defaultModel: string;
  /** Empty where it is left out. */
  readonly modelMap?: ModelMap;
}

/** Longer names are none: what looks for the nearest one takes time by their length. */
const MAX_NAME_LENGTH = 256;

export const createModelCatalog = ({ load, defaultModel, modelMap = {} }: ModelCatalogOptions): ModelCatalog => {
  const find = (models: readonly Model[], id: string): Model | undefined =>
    models.find((model) => model.id === id) ?? models.find((model) => model.aliases.includes(id));
  const unlisted = (id: string): Model => ({ id, displayName: id, aliases: [], parameters: [] });
  const toName = (models: readonly Model[], name: string): string => {
    if (name.length > MAX_NAME_LENGTH) throw toNameTooLong();
    return models.some(({ id }) => id === name) ? name : (findInModelMap(modelMap, name) ?? name);
  };

  return {
    list: async () => (await load()) ?? [unlisted(defaultModel)],
    async toMeant(wanted) {
      const models = (await load()) ?? [];
      const name = toName(models, wanted);
      return { name, isListed: find(models, name) !== undefined };
    },
    async get(wanted) {
      const models = (await load()) ?? [unlisted(defaultModel)];
      const name = isUnnamed(wanted) ? defaultModel : toName(models, wanted);
      const model = find(models, name);
      if (model === undefined) throw toModelNotFound(wanted, name, models);
      return model;
    },
    async resolve(wanted, options = {}) {
      const models = await load();
      const name = isUnnamed(wanted) ? defaultModel : toName(models ?? [], wanted);
      // Without a list, Cursor itself decides whether it knows the id.
      if (models === null) return toUnlistedSelection(name, options);
      const model = find(models, name);
      if (model === undefined) throw toModelNotFound(wanted ?? name, name, models);
      return toModelSelection(model, options);
    },
  };
};

/** Whether the `model` field of a request leaves the choice to Portside. */
export const isUnnamed = (name: string | null): name is null | '' | 'auto' =>
  name === null || name === '' || name === 'auto';

const toNameTooLong = (): GatewayError =>
  new GatewayError(
    'model_not_found',
    `No model has a name of more than ${MAX_NAME_LENGTH} characters. GET /v1/models lists those that there are.`,
    { param: 'model' },
  );

const toModelNotFound = (wanted: string, name: string, models: readonly Model[]): GatewayError => {
  const nearest = models
    .flatMap((model) => [model.id, ...model.aliases].map((each) => ({ id: model.id, away: distance(each, name) })))
    .toSorted((a, b) => a.away - b.away)
    .map((candidate) => candidate.id);
  const names = [...new Set(nearest)].slice(0, 3).join(', ');
  const isMapped = name !== wanted && !isUnnamed(wanted);
  const why = isMapped ? ` "${wanted}" stands for it by the setting portside.modelMap.` : '';
  return new GatewayError(
    'model_not_found',
    `The model "${name}" does not exist.${why} The nearest ones are: ${names}.`,
    {
      param: 'model',
    },
  );
};
