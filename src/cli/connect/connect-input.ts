import path from 'node:path';
import { readSettings } from '../../config/read-settings.ts';
import type { Settings } from '../../config/settings-schema.ts';
import type { Connection } from '../../connect/connect-tool.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import { checkAccessToken } from '../../credentials/access-token.ts';
import { createFileToolTokenStore } from '../../credentials/tool-tokens/file-tool-token-store.ts';
import { createToolTokens } from '../../credentials/tool-tokens/create-tool-tokens.ts';
import { openAccessTokens } from '../../host/open-access-tokens.ts';
import { createConsoleLogger } from '../console-logger.ts';
import { readEnvironment } from '../read-environment.ts';
import { readHome } from '../read-home.ts';
import { toUsageError } from '../usage-error.ts';
import { type FoundServer, findServer } from './find-server.ts';
import { assumeModel, chooseModel } from './read-models.ts';

/** What `portside connect` works with. */
export interface ConnectInput {
  readonly settings: Settings;
  /** The folder of the command's own files. */
  readonly home: string;
  /** An access token of the editor's, as `serve` takes one too; `null` for none. */
  readonly givenToken: string | null;
  readonly logger: Logger;
}

/** @throws UsageError that names the variable at fault */
export const readConnectInput = async (): Promise<ConnectInput> => {
  // Everything that this process writes is its owner's alone.
  process.umask(0o077);
  const environment = readEnvironment();
  const given = environment['PORTSIDE_TOKEN'] || environment['CURSORPIPE_BEARER_TOKEN'] || null;
  return {
    settings: await toUsageError(() => readSettings({ flags: {}, environment })),
    home: readHome(environment),
    givenToken: given === null ? null : await toUsageError(() => checkAccessToken(given)),
    logger: { ...createConsoleLogger({ isVerbose: false }), info: () => {} },
  };
};

/** A connection, with what people should know of it. */
export interface PreparedConnection {
  /** As this machine itself reaches the server. */
  readonly connection: Connection;
  readonly server: FoundServer;
  readonly notes: readonly string[];
}

/**
 * Finds the server, gives the tool its token, and chooses the model.
 *
 * @throws UsageError where the server has no such model
 * @throws GatewayError where its tokens are not this command's
 */
export const prepareConnection = async (
  input: ConnectInput,
  tool: { readonly id: string; readonly name: string },
  wantedModel: string | undefined,
  signal: AbortSignal,
): Promise<PreparedConnection> => {
  const server = await findServer(input.settings, input.home, input.logger, signal);
  const { token, isNew } = await readToken(input, tool, server);
  const { defaultModel } = input.settings;
  const choice =
    server.running === null
      ? assumeModel(wantedModel ?? defaultModel)
      : await chooseModel({ baseUrl: server.baseUrl, token, wanted: wantedModel, defaultModel, signal });
  const notes = [
    server.running === null
      ? `No Portside serves now. These settings are for ${server.baseUrl}, where \`portside serve\` will.`
      : null,
    choice.problem === null ? null : `The models could not be listed (${choice.problem}).`,
    isNew ? `An access token was made for ${tool.name}: \`portside token list\` shows it.` : null,
  ];
  return {
    connection: { baseUrl: server.baseUrl, token, model: choice.model, models: choice.models },
    server,
    notes: notes.filter((note) => note !== null),
  };
};

const readToken = async (
  { givenToken, home, logger }: ConnectInput,
  tool: { readonly id: string; readonly name: string },
  { running, baseUrl }: FoundServer,
): Promise<{ readonly token: string; readonly isNew: boolean }> => {
  if (running?.kind === 'editor') {
    if (givenToken !== null) return { token: givenToken, isNew: false };
    const window = running.name === null ? 'A window of the editor' : `The window "${running.name}" of the editor`;
    throw new GatewayError(
      'permission_denied',
      `${window} serves at ${baseUrl}, with access tokens of its own: those of this command are worth nothing there. Use the tab Connect of the Portside panel in the editor. Or run Portside: Copy Access Token there, and give that token to this command in PORTSIDE_TOKEN.`,
    );
  }
  const tokens = openAccessTokens({ folder: home, logger, ownToken: null, needsFile: true });
  try {
    const store = createFileToolTokenStore(path.join(home, 'tool-tokens.json'));
    return await createToolTokens({ tokens, store }).getFor(tool);
  } finally {
    tokens.close();
  }
};
