import * as z from 'zod';
import type { Connection } from '../../connect/connect-tool.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { UsageError } from '../usage-error.ts';

type Models = Connection['models'];

const listSchema = z.object({
  data: z.array(z.object({ id: z.string(), name: z.string(), cursor_aliases: z.array(z.string()).default([]) })).min(1),
});

const errorSchema = z.object({ error: z.object({ message: z.string() }) });

type Listed = z.infer<typeof listSchema>['data'];

/** The models of a running server, with the chosen one among them. */
export interface ModelChoice {
  readonly model: string;
  readonly models: Models;
  /** Why the server's own could not be listed; `null` where they were. */
  readonly problem: string | null;
}

const PATIENCE_MS = 15_000;

/**
 * Asks the server for its models, and checks the wanted one against them; without one, it is the default one of the settings.
 *
 * @throws UsageError where the server has no such model
 * @throws GatewayError where the server does not take the token
 */
export const chooseModel = async (options: {
  readonly baseUrl: string;
  readonly token: string;
  /** Whether the token is the user's own, out of the environment. */
  readonly isGiven: boolean;
  readonly wanted: string | undefined;
  readonly defaultModel: string;
  readonly signal: AbortSignal;
}): Promise<ModelChoice> => {
  const { wanted, defaultModel } = options;
  const listed = await listModels(options);
  if (typeof listed === 'string') return { ...assumeModel(wanted ?? defaultModel), problem: listed };
  const models = listed.map(({ id, name }) => ({ id, displayName: name }));
  const find = (id: string) => listed.find((model) => model.id === id || model.cursor_aliases.includes(id));
  if (wanted !== undefined && find(wanted) === undefined) {
    throw new UsageError(`The server has no model "${wanted}". It has: ${models.map(({ id }) => id).join(', ')}.`);
  }
  const model = find(wanted ?? defaultModel) ?? listed[0];
  return { model: model?.id ?? defaultModel, models, problem: null };
};

/** What to go by where nothing can be asked. */
export const assumeModel = (model: string): ModelChoice => ({
  model,
  models: [{ id: model, displayName: model }],
  problem: null,
});

/** The reason where they cannot be listed. */
const listModels = async ({
  baseUrl,
  token,
  isGiven,
  signal,
}: {
  readonly baseUrl: string;
  readonly token: string;
  readonly isGiven: boolean;
  readonly signal: AbortSignal;
}): Promise<Listed | string> => {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${baseUrl}/models`, {
      headers: { Authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    body = await response.json();
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error && 'code' in cause ? String(cause.code) : String(error);
  }
  const message = errorSchema.safeParse(body).data?.error.message ?? `status ${response.status}`;
  if (response.status === 401 && response.headers.get('www-authenticate') !== null) {
    throw new GatewayError(
      'client_token_invalid',
      isGiven
        ? `The server at ${baseUrl} does not take the access token in PORTSIDE_TOKEN. Give it another one.`
        : `The server at ${baseUrl} does not take the access tokens of this command. ${message}`,
    );
  }
  return listSchema.safeParse(body).data?.data ?? message;
};
