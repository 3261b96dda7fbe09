import type { RequestHandler, Response } from 'express';
import type { Model } from '../../core/model.ts';
import type { ModelCatalog } from '../../engine/model-catalog.ts';
import type { ModelCatalogs } from '../../engine/model-catalogs.ts';
import { matchFamilies } from '../../engine/match-families.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import { decodeModelPage, MODEL_PAGE_FIELDS, takeModelPage } from '../../protocols/anthropic/model-page.ts';
import { toAnthropicModel, toAnthropicModelList } from '../../protocols/anthropic/models.ts';
import { toOpenAiModelList, toOpenCodeModelList } from '../../protocols/openai-models.ts';
import { setIgnoredQueryHeader } from '../ignored-header.ts';
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
    if (wireOf(request) === 'anthropic') {
      const { items, hasMore } = takeModelPage(models, decodeModelPage(request.query));
      setIgnoredQueryHeader(response, request.query, MODEL_PAGE_FIELDS);
      response.json(toAnthropicModelList(items, hasMore));
    } else {
      response.json(toList(models, suffix));
    }
  };

/** `GET /v1/models/{id}`; an alias is answered with the model that it stands for, and so is a name of Anthropic's to its clients. */
export const getModel =
  (catalogs: ModelCatalogs, suffix: ModelSuffix): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const catalog = await findCatalog(catalogs, response);
    response.vary('anthropic-version');
    if (wireOf(request) === 'anthropic') {
      response.json(toAnthropicModel(await matchFamilies(catalog).get(request.params.id)));
      return;
    }
    const model = await catalog.get(await removeModelSuffix(catalog, request.params.id, suffix));
    response.json(toList([model], suffix).data[0]);
  };

/** The models that the client may use. */
const findCatalog = async (catalogs: ModelCatalogs, response: Response): Promise<ModelCatalog> => {
  const { account, models } = getClient(response);
  return restrictModels(await catalogs.of(account), models);
};

const toList = (models: readonly Model[], suffix: ModelSuffix) =>
  suffix === null ? toOpenAiModelList(models) : toOpenCodeModelList(models);
