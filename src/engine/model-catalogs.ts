import { LRUCache } from 'lru-cache';
import type { Backend } from '../core/backend.ts';
import type { AccountChoice, CredentialSource, CursorCredential } from '../core/credential-source.ts';
import { sha256 } from '../core/digest.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { Logger } from '../core/logger.ts';
import type { Model } from '../core/model.ts';
import { createModelCatalog, type ModelCatalog } from './model-catalog.ts';
import type { ModelMap } from './model-map.ts';
import { createModelList, type ModelList } from './model-list.ts';

/** The models of each account: no two need to have the same. */
export interface ModelCatalogs {
  /** @throws GatewayError `invalid_request` for an account that is not there */
  of(choice: AccountChoice): Promise<ModelCatalog>;
}

/** A list has some kilobytes. */
const MAX_COUNT = 32;

export const createModelCatalogs = ({
  backend,
  credentials,
  defaultModel,
  modelMap = {},
  logger,
}: {
  readonly backend: Pick<Backend, 'listModels'>;
  readonly credentials: CredentialSource;
  /** For requests that name no model, or `auto`. */
  readonly defaultModel: string;
  /** The user's own names for models; none where it is left out. */
  readonly modelMap?: ModelMap;
  readonly logger: Logger;
}): ModelCatalogs => {
  // Lists by the hashes of keys: the keys themselves are for their requests alone.
  const lists = new LRUCache<string, ModelList>({ max: MAX_COUNT });

  const findList = (apiKey: string): ModelList => {
    const key = sha256(apiKey, 'base64');
    const list = lists.get(key) ?? createModelList({ logger });
    lists.set(key, list);
    return list;
  };
  const listModels = async (credential: CursorCredential, signal: AbortSignal): Promise<readonly Model[]> => {
    try {
      const models = await backend.listModels(credential.apiKey, signal);
      credentials.noteSuccess(credential);
      return models;
    } catch (error) {
      throw GatewayError.fromFailure(credentials.noteFailure(credential, GatewayError.from(error).toFailure()));
    }
  };

  return {
    async of(choice) {
      try {
        const [credential] = await credentials.select(choice);
        const list = findList(credential.apiKey);
        return createModelCatalog({
          load: () => list.load((signal) => listModels(credential, signal)),
          defaultModel,
          modelMap,
        });
      } catch (error) {
        if (GatewayError.from(error).code === 'invalid_request') throw error;
        // Not signed in: whoever then asks for a run is told so.
        return createModelCatalog({ load: async () => null, defaultModel, modelMap });
      }
    },
  };
};
