import type { RequestHandler, Response } from 'express';
import type { Model } from '../../core/model.ts';
import type { ModelCatalog } from '../../engine/model-catalog.ts';
import type { ModelCatalogs } from '../../engine/model-catalogs.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import { toAnthropicModel, toAnthropicModelList } from '../../protocols/anthropic/models.ts';
import { toOpenAiModelList, toOpenCodeModelList } from '../../protocols/openai-models.ts';
import { getClient } from '../middleware/authenticate.ts';
import { type ModelSuffix, removeModelSuffix } from '../model-suffix.ts';
import { wireOf } from '../wire-of.ts';

/** `GET /v1/models`, in Anthropic's form for its clients; with a suffix, every id has it. */
export const listModels =
  (catalogs: ModelCatalogs, suffix: ModelSuffix): RequestHandler =>
  async (request, response) => {
    const catalog = await findCatalog(catalogs, response);
    response.vary('anthropic-version');
    const models = await catalog.list();
    response.json(wireOf(request) === 'anthropic' ? toAnthropicModelList(models) : toList(models, suffix));
  };

/** `GET /v1/models/{id}`; an alias is answered with the model that it stands for. */
export const getModel =
  (catalogs: ModelCatalogs, suffix: ModelSuffix): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const catalog = await findCatalog(catalogs, response);
    const id = await removeModelSuffix(catalog, request.params.id, suffix);
    const model = await catalog.get(id);
    response.vary('anthropic-version');
    response.json(wireOf(request) === 'anthropic' ? toAnthropicModel(model) : toList([model], suffix).data[0]);
  };

/** The models that the client may use. */
const findCatalog = async (catalogs: ModelCatalogs, response: Response): Promise<ModelCatalog> => {
  const { account, models } = getClient(response);
  return restrictModels(await catalogs.of(account), models);
};

const toList = (models: readonly Model[], suffix: ModelSuffix) =>
  suffix === null ? toOpenAiModelList(models) : toOpenCodeModelList(models);
