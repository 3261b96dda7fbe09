import path from 'node:path';
import { readSettings } from '../../config/read-settings.ts';
import type { Settings } from '../../config/settings-schema.ts';
import type { Connection } from '../../connect/connect-tool.ts';
import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import { checkAccessToken } from '../../credentials/access-token.ts';
import { createFileToolTokenStore } from '../../credentials/tool-tokens/file-tool-token-store.ts';
import { createToolTokens, type ToolTokens } from '../../credentials/tool-tokens/create-tool-tokens.ts';
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
  /** What people should know once the token is used; `null` where it was there before. */
  readonly tokenNote: string | null;
  /** To be called where nothing came of it: a token that was made for it goes again. */
  dropToken(): Promise<void>;
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
  const given = findGivenToken(input, server);
  const { token, isNew } =
    given === null
      ? await withToolTokens(input, (toolTokens) => toolTokens.getFor(tool))
      : { token: given, isNew: false };
  const dropToken = async (): Promise<void> => {
    if (isNew) await withToolTokens(input, (toolTokens) => toolTokens.drop(tool));
  };
  try {
    const { defaultModel } = input.settings;
    const isGiven = given !== null;
    const choice =
      server.running === null && !isGiven
        ? assumeModel(wantedModel ?? defaultModel)
        : await chooseModel({ baseUrl: server.baseUrl, token, isGiven, wanted: wantedModel, defaultModel, signal });
    return {
      connection: { baseUrl: server.baseUrl, token, model: choice.model, models: choice.models },
      server,
      notes: [
        describeServer(server, given),
        choice.problem === null ? null : `The models could not be listed (${choice.problem}).`,
      ].filter((note) => note !== null),
      tokenNote: isNew ? `An access token was made for ${tool.name}: \`portside token list\` shows it.` : null,
      dropToken,
    };
  } catch (error) {
    await dropToken();
    throw error;
  }
};

const describeServer = ({ running, baseUrl, occupant }: FoundServer, given: string | null): string | null => {
  if (running !== null || given !== null) return null;
  switch (occupant) {
    case 'portside':
      return `The Portside at ${baseUrl} is none of this command's: another PORTSIDE_HOME or another user has it, and it does not know the access token of these settings. Set PORTSIDE_HOME to its folder, or PORTSIDE_TOKEN to one of its tokens.`;
    case 'other':
      return `Another program has the port of ${baseUrl}, for which these settings are. End it before \`portside serve\`, or set PORTSIDE_PORT to another port for both commands.`;
    case 'nobody':
      return `No Portside serves now. These settings are for ${baseUrl}, where \`portside serve\` will.`;
    default:
      return assertNever(occupant);
  }
};

/** The user's own token, where this command's are worth nothing. */
const findGivenToken = ({ givenToken }: ConnectInput, { running, baseUrl, occupant }: FoundServer): string | null => {
  if (running === null) return occupant === 'portside' ? givenToken : null;
  if (running.kind !== 'editor') return null;
  if (givenToken !== null) return givenToken;
  const window = running.name === null ? 'A window of the editor' : `The window "${running.name}" of the editor`;
  throw new GatewayError(
    'permission_denied',
    `${window} serves at ${baseUrl}, with access tokens of its own: those of this command are worth nothing there. Use the tab Connect of the Portside panel in the editor. Or run Portside: Copy Access Token there, and give that token to this command in PORTSIDE_TOKEN.`,
  );
};

const withToolTokens = async <T>(
  { home, logger }: ConnectInput,
  work: (toolTokens: ToolTokens) => Promise<T>,
): Promise<T> => {
  const tokens = openAccessTokens({ folder: home, logger, ownToken: null, needsFile: true });
  try {
    const store = createFileToolTokenStore(path.join(home, 'tool-tokens.json'));
    return await work(createToolTokens({ tokens, store }));
  } finally {
    tokens.close();
  }
};
