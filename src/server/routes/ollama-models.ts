import type { RequestHandler, Response } from 'express';
import type { ModelCatalog } from '../../engine/model-catalog.ts';
import type { ModelCatalogs } from '../../engine/model-catalogs.ts';
import type { ModelUse } from '../../engine/model-use.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import { decodeOllamaShow } from '../../protocols/ollama/decode-show.ts';
import { toRunningModels, toShownModel, toTags, toVersion } from '../../protocols/ollama/models.ts';
import { setIgnoredHeader } from '../ignored-header.ts';
import { getClient } from '../middleware/authenticate.ts';

/** What the routes work with. */
export interface OllamaModelsOptions {
  readonly catalogs: ModelCatalogs;
  readonly modelUse: Pick<ModelUse, 'list'>;
}

/** What Ollama's API tells of itself and of its models. */
export interface OllamaModelRoutes {
  readonly version: RequestHandler;
  readonly list: RequestHandler;
  readonly show: RequestHandler;
  readonly listRunning: RequestHandler;
}

/** `/api/version`, `/api/tags`, `/api/show` and `/api/ps`. */
export const ollamaModelRoutes = ({ catalogs, modelUse }: OllamaModelsOptions): OllamaModelRoutes => {
  /** The models that the client may use. */
  const findCatalog = async (response: Response): Promise<ModelCatalog> => {
    const { account, models } = getClient(response);
    return restrictModels(await catalogs.of(account), models);
  };
  return {
    version(_request, response) {
      response.json(toVersion());
    },
    async list(_request, response) {
      const catalog = await findCatalog(response);
      response.json(toTags(await catalog.list()));
    },
    async show(request, response) {
      const { model, ignored } = decodeOllamaShow(request.body);
      const catalog = await findCatalog(response);
      const shown = await catalog.get(model);
      setIgnoredHeader(response, ignored);
      response.json(toShownModel(shown));
    },
    listRunning(_request, response) {
      const uses = modelUse.list(getClient(response).owner);
      response.json(toRunningModels(uses.map(({ id, expiresAt }) => ({ model: { id }, expiresAt }))));
    },
  };
};
