import { GatewayError } from '../core/gateway-error.ts';
import type { Logger } from '../core/logger.ts';
import type { Model } from '../core/model.ts';

/** The models of one account, as Cursor told them last. */
export interface ModelList {
  /** The models; `null` where they cannot be had. Fetched at most once at a time. Never rejects. */
  load(fetchModels: (signal: AbortSignal) => Promise<readonly Model[]>): Promise<readonly Model[] | null>;
}

export interface ModelListOptions {
  readonly logger: Logger;
  /** How long a list is taken as fresh. An older one is still used while a new one is fetched. */
  readonly maxAgeMs?: number;
  /** How long a request waits for the first list before it does without. */
  readonly patienceMs?: number;
}

export const createModelList = ({ logger, maxAgeMs = 600_000, patienceMs = 10_000 }: ModelListOptions): ModelList => {
  let known: { readonly models: readonly Model[]; readonly at: number } | null = null;
  let pending: Promise<readonly Model[] | null> | null = null;

  const fetchList = async (
    fetchModels: (signal: AbortSignal) => Promise<readonly Model[]>,
  ): Promise<readonly Model[] | null> => {
    try {
      const patience = AbortSignal.timeout(patienceMs);
      const models = await Promise.race([fetchModels(patience), rejectWhenOver(patience)]);
      if (models.length === 0) return null;
      known = { models, at: Date.now() };
      return models;
    } catch (error) {
      const { code, message } = GatewayError.from(error);
      // A bridge that is down says so itself.
      if (code !== 'bridge_unavailable') logger.warn(`The list of models cannot be had: ${message}`);
      return null;
    } finally {
      pending = null;
    }
  };

  return {
    async load(fetchModels) {
      if (known !== null && Date.now() - known.at < maxAgeMs) return known.models;
      pending ??= fetchList(fetchModels);
      return known?.models ?? (await pending);
    },
  };
};

const rejectWhenOver = (patience: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    patience.addEventListener('abort', () =>
      reject(new GatewayError('timeout', 'Cursor takes too long to list them.')),
    );
  });
