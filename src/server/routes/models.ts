import type { RequestHandler } from 'express';
import type { Model } from '../../core/model.ts';
import type { ModelCatalog } from '../../engine/model-catalog.ts';
import { toOpenAiModelList, toOpenCodeModelList } from '../../protocols/openai-models.ts';
import { type ModelSuffix, removeModelSuffix } from '../model-suffix.ts';

/** `GET /v1/models`; with a suffix, every id has it. */
export const listModels =
  (catalog: ModelCatalog, suffix: ModelSuffix): RequestHandler =>
  async (_request, response) => {
    response.json(toList(await catalog.list(), suffix));
  };

/** `GET /v1/models/{id}`; an alias is answered with the model that it stands for. */
export const getModel =
  (catalog: ModelCatalog, suffix: ModelSuffix): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const id = await removeModelSuffix(catalog, request.params.id, suffix);
    response.json(toList([await catalog.get(id)], suffix).data[0]);
  };

const toList = (models: readonly Model[], suffix: ModelSuffix) =>
  suffix === null ? toOpenAiModelList(models) : toOpenCodeModelList(models);
