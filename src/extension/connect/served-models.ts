import type { Connection } from '../../connect/connect-tool.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { ServerController } from '../server-controller.ts';

type Models = Connection['models'];

/** How long a window that serves may take to list its models: the tab waits for them. */
const PATIENCE_MS = 5_000;

/** How long a list of another window is good. */
const KEPT_MS = 60_000;

/** Lists the models of the server, whichever window serves. */
export interface ServedModels {
  /** Empty where they cannot be listed. Never rejects. */
  list(): Promise<Models>;
}

const isNamed = (entry: unknown): entry is { readonly id: string; readonly name?: unknown } =>
  typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string';

/** The `data` of `GET /v1/models`. */
const toModels = (answer: unknown): Models =>
  typeof answer === 'object' && answer !== null && 'data' in answer && Array.isArray(answer.data)
    ? answer.data.filter(isNamed).map(({ id, name }) => ({ id, displayName: typeof name === 'string' ? name : id }))
    : [];

/**
 * In a window that does not serve, the one that does is asked, with the default access token, as any client would.
 *
 * @param options.readToken `null` where this window does not know that token
 */
export const createServedModels = (options: {
  readonly server: Pick<ServerController, 'state' | 'listModels'>;
  readonly fetch: typeof globalThis.fetch;
  readonly readToken: () => Promise<string | null>;
  readonly signal: AbortSignal;
  readonly now?: () => number;
}): ServedModels => {
  const { server, fetch, readToken, signal, now = Date.now } = options;
  let kept: { readonly of: string; readonly at: number; readonly models: Models } | null = null;

  const ask = async ({ baseUrl }: Extract<GatewayState, { status: 'served-elsewhere' }>): Promise<Models> => {
    const token = await readToken();
    if (token === null) return [];
    const response = await fetch(`${baseUrl}/models`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    return response.ok ? toModels(await response.json()) : [];
  };

  return {
    async list() {
      const { state } = server;
      if (state.status !== 'served-elsewhere') {
        return (await server.listModels()).map(({ id, displayName }) => ({ id, displayName }));
      }
      const of = `${state.by?.id} ${state.baseUrl}`;
      if (kept?.of === of && now() - kept.at < KEPT_MS) return kept.models;
      try {
        const models = await ask(state);
        // What could not be listed is asked for again.
        if (models.length > 0) kept = { of, at: now(), models };
        return models;
      } catch {
        return [];
      }
    },
  };
};
