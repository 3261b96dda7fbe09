import { homedir } from 'node:os';
import path from 'node:path';
import { env, l10n } from 'vscode';
import type {
  ConfigChange,
  ConfigWriter,
  Connection,
  ConnectStep,
  ConnectTool,
  PreparedConfig,
} from '../../connect/main.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ConnectTarget } from '../../panel/contract/panel-messages.ts';
import type { ConnectModel } from '../../panel/models.ts';
import { describeFailure, showRemark } from '../notifications.ts';
import { toClientUrl } from '../panel/client-url.ts';
import type { PanelRequestHandlers } from '../panel/message-schemas.ts';
import type { ServerController } from '../server-controller.ts';
import type { ServicesHolder } from '../services.ts';
import { readRawSettings } from '../settings.ts';
import { toGatewayFailure } from '../to-gateway-failure.ts';
import { chooseConfigFile } from './choose-config-file.ts';
import { describeConfigFailure } from './config-change-words.ts';
import { createConfigPreview } from './config-preview.ts';
import type { ConfigQuestion } from './config-question.ts';
import { findConnectObstacle } from './connect-obstacle.ts';
import { type ConnectModule, loadConnect } from './load-connect.ts';
import { needsDockerAccess } from './needs-docker-access.ts';
import { createOwnServerFetch } from './own-server-fetch.ts';
import { createServedModels } from './served-models.ts';
import { describeSignInRefusal, readSignInRefusal } from './sign-in-refusal.ts';
import { toHomePath } from './to-home-path.ts';
import type { ToolTokenSecrets } from './tool-token-secrets.ts';
import { createToolTokenSource } from './tool-token-source.ts';
import { undoConfig } from './undo-config.ts';

/** Connects tools from within the editor. */
export interface EditorConnect {
  /** What the panel's tab shows. */
  read(): Promise<ConnectModel>;
  readonly requests: Pick<PanelRequestHandlers, 'getGuide' | 'copySnippet' | 'writeConfig' | 'undoConfig' | 'testTool'>;
  dispose(): void;
}

export interface EditorConnectOptions {
  readonly server: Pick<ServerController, 'state' | 'listModels'>;
  readonly services: Pick<ServicesHolder, 'open'>;
  /** Finds the base URL for tools on the user's machine. */
  readonly resolveBaseUrl: (baseUrl: string) => Promise<string>;
  /** That one as far as it is known, without a question to the editor; `null` where it is the server's own. */
  readonly readForwardedUrl: () => string | null;
  readonly toolTokens: ToolTokenSecrets;
  /** Also answered by commands. */
  readonly configQuestion: ConfigQuestion;
  /** For backups. */
  readonly folder: string;
  /** Tells the folder of this editor's access tokens from others; see `toDataFolderId`. */
  readonly dataFolderId: string;
  /** Called when what the tab shows has changed. */
  readonly onDidChange: () => void;
  /** Called when a tool was given its settings, or has got an answer. */
  readonly onConnected: () => void;
}

const readText = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const findTool = ({ CONNECT_TOOLS }: ConnectModule, toolId: string): ConnectTool => {
  const tool = CONNECT_TOOLS.find(({ id }) => id === toolId);
  if (tool === undefined) throw new GatewayError('not_found', l10n.t('There is no tool "{0}" to connect.', toolId));
  return tool;
};

const readSteps = (tool: ConnectTool, connection: Connection): readonly ConnectStep[] =>
  tool.steps(connection, l10n, { isEditor: true });

/** What a connection is made of, beside the server's part of it. */
interface ConnectionChoice extends Omit<ConnectTarget, 'toolId'> {
  readonly token: string;
}

const findFile = (tool: ConnectTool): string | null =>
  tool.configFile?.find({ platform: process.platform, homeFolder: homedir(), variables: process.env }) ?? null;

export const createEditorConnect = (options: EditorConnectOptions): EditorConnect => {
  const { server, services, resolveBaseUrl, readForwardedUrl, folder, dataFolderId, onDidChange, onConnected } =
    options;
  const preview = createConfigPreview(options.configQuestion);
  const ending = new AbortController();
  const fetchOwnServer = createOwnServerFetch(() => readText(readRawSettings('tlsCertificatePath')), l10n);
  const toolTokens = createToolTokenSource({ services, store: options.toolTokens });
  const servedModels = createServedModels({
    server,
    fetch: fetchOwnServer,
    readToken: async () => (await (await services.open()).openTokens()).defaultToken.read(),
    signal: ending.signal,
  });
  let writer: ConfigWriter | null = null;

  const openWriter = ({ createConfigWriter }: ConnectModule): ConfigWriter =>
    (writer ??= createConfigWriter({ folder: path.join(folder, 'connect') }));

  const readServedUrl = (): string => {
    const { state } = server;
    const obstacle = findConnectObstacle(state, dataFolderId, l10n);
    if (obstacle !== null || (state.status !== 'running' && state.status !== 'served-elsewhere')) {
      throw new GatewayError(
        'invalid_request',
        obstacle?.text ?? l10n.t('Start the server first: tools need its address.'),
      );
    }
    return state.baseUrl;
  };

  const readDefaultModel = (): string => readText(readRawSettings('defaultModel')) || 'auto';

  const listModels = async (chosen: string): Promise<Connection['models']> => {
    const models = await servedModels.list();
    return models.some(({ id }) => id === chosen) ? models : [{ id: chosen, displayName: chosen }, ...models];
  };

  /** As the tool itself sees it. */
  const toConnection = async (
    connect: ConnectModule,
    tool: ConnectTool,
    { model, token, isInContainer = tool.runsInContainer }: ConnectionChoice,
  ): Promise<Connection> => {
    const servedUrl = readServedUrl();
    const models = await listModels(model);
    // A container is on this machine; a tool without one may be on another, that of the user.
    const baseUrl = isInContainer ? servedUrl : await resolveBaseUrl(servedUrl);
    return connect.toToolConnection(tool, { baseUrl, token, model, models }, isInContainer);
  };

  const allowsContainers = (): boolean => !needsDockerAccess(readRawSettings, process.platform);

  /** Makes the token only now that it is wanted, and not for a file that cannot be written. */
  const writeWithToken = async (
    configWriter: ConfigWriter,
    asked: { readonly tool: ConnectTool; readonly connection: Connection; readonly shown: PreparedConfig },
  ): Promise<ConfigChange> => {
    const { tool, connection, shown } = asked;
    const { token, isNew } = await toolTokens.getFor(tool);
    try {
      const prepared = await configWriter.prepare({ tool, connection: { ...connection, token }, file: shown.file });
      // As it was shown, or not at all.
      return await configWriter.write({ ...prepared, before: shown.before });
    } catch (error) {
      if (isNew) await toolTokens.discard(tool, token);
      throw error;
    }
  };

  return {
    async read() {
      const obstacle = findConnectObstacle(server.state, dataFolderId, l10n);
      const connect = await loadConnect();
      const tools = await Promise.all(
        connect.CONNECT_TOOLS.map(async (tool) => ({
          id: tool.id,
          name: tool.name,
          description: tool.describe(l10n),
          canUndo: tool.configFile !== null && (await openWriter(connect).canUndo(tool.id)),
        })),
      );
      return {
        tools,
        models: obstacle === null ? await servedModels.list() : [],
        defaultModel: readDefaultModel(),
        baseUrl: obstacle === null ? toClientUrl(server.state, readForwardedUrl(), readRawSettings) : null,
        allowsContainers: allowsContainers(),
        obstacle: obstacle?.text ?? null,
        ...(obstacle !== null && obstacle.command !== null && { obstacleCommand: obstacle.command }),
      };
    },
    requests: {
      async getGuide({ toolId, ...chosen }) {
        const connect = await loadConnect();
        const tool = findTool(connect, toolId);
        const connection = await toConnection(connect, tool, { ...chosen, token: connect.MASK });
        const { isInContainer = tool.runsInContainer } = chosen;
        return {
          toolId,
          steps: readSteps(tool, connection).map(({ text, snippet }) => ({ text, snippet })),
          configFile: tool.configFile === null ? null : toHomePath(findFile(tool) ?? tool.configFile.name, homedir()),
          canUndo: tool.configFile !== null && (await openWriter(connect).canUndo(toolId)),
          isInContainer,
          needsDockerAccess: isInContainer && !allowsContainers(),
        };
      },
      async copySnippet({ toolId, step, ...chosen }) {
        const connect = await loadConnect();
        const tool = findTool(connect, toolId);
        const masked = await toConnection(connect, tool, { ...chosen, token: connect.MASK });
        const readSnippet = (connection: Connection): string => {
          const snippet = readSteps(tool, connection)[step]?.snippet ?? null;
          if (snippet === null) throw new GatewayError('not_found', l10n.t('There is nothing to copy in this step.'));
          return snippet.text;
        };
        // Before a token is made for it.
        readSnippet(masked);
        const { token } = await toolTokens.getFor(tool);
        await env.clipboard.writeText(readSnippet({ ...masked, token }));
        onConnected();
        showRemark(l10n.t('Copied the settings for {0}, with an access token made for it', tool.name));
        return null;
      },
      async writeConfig({ toolId, ...chosen }) {
        const connect = await loadConnect();
        const tool = findTool(connect, toolId);
        const configWriter = openWriter(connect);
        try {
          if (tool.configFile === null) {
            throw new GatewayError('invalid_request', l10n.t('{0} has no file that Portside could write.', tool.name));
          }
          const file =
            findFile(tool) ?? (await chooseConfigFile({ toolName: tool.name, fileName: tool.configFile.name }));
          if (file === null) return { status: 'declined', message: l10n.t('Nothing was written.') };
          const known = await toolTokens.find(tool);
          const token = known ?? connect.MASK;
          const connection = await toConnection(connect, tool, { ...chosen, token });
          const shown = await configWriter.prepare({ tool, connection, file });
          if (shown.before === shown.after) {
            return { status: 'done', message: l10n.t('{0} has these settings already.', shown.file) };
          }
          const isWanted = await preview.confirm({
            file: shown.file,
            before: shown.before === null ? null : connect.maskToken(shown.before, token),
            after: connect.maskToken(shown.after, token),
            tool: { name: tool.name, fileName: tool.configFile.name },
          });
          if (!isWanted) return { status: 'declined', message: l10n.t('Nothing was written.') };
          const { backup } = await writeWithToken(configWriter, { tool, connection, shown });
          onConnected();
          return {
            status: 'done',
            message: [
              backup === null
                ? l10n.t('Wrote {0}.', shown.file)
                : l10n.t('Wrote {0}. The file from before is kept as {1}.', shown.file, backup),
              tool.configFile.describeNext(l10n, { isEditor: true, connection }),
            ].join(' '),
          };
        } catch (error) {
          if (toGatewayFailure(error) === null) throw error;
          return { status: 'failed', message: describeConfigFailure(error, 'write', l10n) ?? describeFailure(error) };
        } finally {
          onDidChange();
        }
      },
      async undoConfig({ toolId }) {
        const connect = await loadConnect();
        findTool(connect, toolId);
        try {
          return await undoConfig(openWriter(connect), toolId);
        } finally {
          onDidChange();
        }
      },
      async testTool({ toolId, model }) {
        const startedAt = performance.now();
        /** Why this server could not even be asked, which is told better here than from what comes of it. */
        let obstacle: unknown = null;
        let refusal: Awaited<ReturnType<typeof readSignInRefusal>> = null;
        let discardToken = async (): Promise<void> => undefined;
        try {
          const connect = await loadConnect();
          const tool = findTool(connect, toolId);
          // From here, whatever address the tool itself needs.
          const address = { model, baseUrl: readServedUrl(), models: await listModels(model) };
          const { token, isNew } = await toolTokens.getFor(tool);
          if (isNew) discardToken = () => toolTokens.discard(tool, token);
          const connection = { ...address, token };
          const result = await connect.runProbe({
            tool,
            connection,
            async fetch(...asked) {
              try {
                const response = await fetchOwnServer(...asked);
                refusal = await readSignInRefusal(response);
                return response;
              } catch (error) {
                obstacle = error;
                throw error;
              }
            },
            signal: ending.signal,
          });
          onConnected();
          return {
            status: 'answered',
            answer: result.answer,
            model: result.model,
            durationMs: Math.round(performance.now() - startedAt),
          };
        } catch (error) {
          await discardToken();
          if (refusal !== null) {
            return { status: 'failed', message: describeSignInRefusal(refusal, l10n), command: 'portside.signIn' };
          }
          const cause = toGatewayFailure(obstacle) === null ? error : obstacle;
          if (toGatewayFailure(cause) === null) throw cause;
          return { status: 'failed', message: describeFailure(cause) };
        }
      },
    },
    dispose() {
      ending.abort();
      preview.dispose();
    },
  };
};
