import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Backend } from '../core/backend.ts';
import type { AccountChoice, CredentialSource, CursorCredential } from '../core/credential-source.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { Logger } from '../core/logger.ts';
import { createModelCatalog, type ModelCatalog } from './model-catalog.ts';

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
  logger,
}: {
  readonly backend: Pick<Backend, 'listModels'>;
  readonly credentials: CredentialSource;
  /** For requests that name no model, or `auto`. */
  readonly defaultModel: string;
  readonly logger: Logger;
}): ModelCatalogs => {
  const byKey = new LRUCache<string, ModelCatalog>({ max: MAX_COUNT });
  const withoutList = createModelCatalog({ listModels: async () => [], defaultModel, logger });

  const create = (credential: CursorCredential): ModelCatalog =>
    createModelCatalog({
      async listModels(signal) {
        try {
          const models = await backend.listModels(credential.apiKey, signal);
          credentials.noteSuccess(credential);
          return models;
        } catch (error) {
          throw GatewayError.fromFailure(credentials.noteFailure(credential, GatewayError.from(error).toFailure()));
        }
      },
      defaultModel,
      logger,
    });

  return {
    async of(choice) {
      let credential: CursorCredential;
      try {
        [credential] = await credentials.select(choice);
      } catch (error) {
        if (GatewayError.from(error).code === 'invalid_request') throw error;
        // Not signed in: whoever then asks for a run is told so.
        return withoutList;
      }
      const key = createHash('sha256').update(credential.apiKey).digest('base64');
      const known = byKey.get(key);
      if (known !== undefined) return known;
      const catalog = create(credential);
      byKey.set(key, catalog);
      return catalog;
    },
  };
};
