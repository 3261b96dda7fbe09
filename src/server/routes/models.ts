import type { RequestHandler } from 'express';
import type { ModelCatalog } from '../../engine/model-catalog.ts';
import { toOpenAiModel, toOpenAiModelList } from '../../protocols/openai-models.ts';

/** `GET /v1/models` */
export const listModels =
  (catalog: ModelCatalog): RequestHandler =>
  async (_request, response) => {
    response.json(toOpenAiModelList(await catalog.list()));
  };

/** `GET /v1/models/{id}`; an alias is answered with the model that it stands for. */
export const getModel =
  (catalog: ModelCatalog): RequestHandler<{ id: string }> =>
  async (request, response) => {
    response.json(toOpenAiModel(await catalog.get(request.params.id)));
  };
