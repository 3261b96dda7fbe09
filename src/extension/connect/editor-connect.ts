import { homedir } from 'node:os';
import path from 'node:path';
import { env, l10n, window } from 'vscode';
import type { ConfigWriter, Connection, ConnectTool } from '../../connect/main.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { type ToolTokens, createToolTokens } from '../../credentials/tool-tokens/create-tool-tokens.ts';
import type { ConnectModel } from '../../panel/models.ts';
import { describeFailure, showRemark } from '../notifications.ts';
import type { PanelRequestHandlers } from '../panel/message-schemas.ts';
import type { ServerController } from '../server-controller.ts';
import type { ServicesHolder } from '../services.ts';
import { readRawSettings } from '../settings.ts';
import { toGatewayFailure } from '../to-gateway-failure.ts';
import { chooseConfigFile } from './choose-config-file.ts';
import { createConfigPreview } from './config-preview.ts';
import { findConnectObstacle } from './connect-obstacle.ts';
import { type ConnectModule, loadConnect } from './load-connect.ts';
import { needsDockerAccess } from './needs-docker-access.ts';
import { createOwnServerFetch } from './own-server-fetch.ts';
import type { ToolTokenSecrets } from './tool-token-secrets.ts';
import { toHomePath } from './to-home-path.ts';

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
  readonly toolTokens: ToolTokenSecrets;
  /** For backups. */
  readonly folder: string;
  /** Called when what the tab shows has changed. */
  readonly onDidChange: () => void;
  /** Called when a tool was given its settings, or has got an answer. */
  readonly onConnected: () => void;
}

const readText = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const findTool = ({ CONNECT_TOOLS }: ConnectModule, toolId: string): ConnectTool => {
  const tool = CONNECT_TOOLS.find(({ id }) => id === toolId);
  if (tool === undefined) throw new GatewayError('not_found', `There is no tool "${toolId}" to connect.`);
  return tool;
};

const findFile = (tool: ConnectTool): string | null =>
  tool.configFile?.find({ platform: process.platform, homeFolder: homedir(), variables: process.env }) ?? null;

export const createEditorConnect = (options: EditorConnectOptions): EditorConnect => {
  const { server, services, resolveBaseUrl, toolTokens, folder, onDidChange, onConnected } = options;
  const preview = createConfigPreview();
  const ending = new AbortController();
  const fetchOwnServer = createOwnServerFetch(() => readText(readRawSettings('tlsCertificatePath')));
  let writer: ConfigWriter | null = null;

  const openWriter = ({ createConfigWriter }: ConnectModule): ConfigWriter =>
    (writer ??= createConfigWriter({ folder: path.join(folder, 'connect') }));

  const readServedUrl = (): string => {
    const { state } = server;
    const obstacle = findConnectObstacle(state, l10n);
    if (obstacle !== null || (state.status !== 'running' && state.status !== 'served-elsewhere')) {
      throw new GatewayError('invalid_request', obstacle ?? l10n.t('Start the server first: tools need its address.'));
    }
    return state.baseUrl;
  };

  const readDefaultModel = (): string => readText(readRawSettings('defaultModel')) || 'auto';

  const listModels = async (chosen: string): Promise<Connection['models']> => {
    const models = (await server.listModels()).map(({ id, displayName }) => ({ id, displayName }));
    return models.some(({ id }) => id === chosen) ? models : [{ id: chosen, displayName: chosen }, ...models];
  };

  /** As the tool itself sees it. */
  const toConnection = async (
    connect: ConnectModule,
    tool: ConnectTool,
    chosen: { readonly model: string; readonly token: string },
  ): Promise<Connection> => {
    const servedUrl = readServedUrl();
    const connection = { ...chosen, baseUrl: servedUrl, models: await listModels(chosen.model) };
    return tool.runsInContainer
      ? connect.toContainerConnection(connection)
      : { ...connection, baseUrl: await resolveBaseUrl(servedUrl) };
  };

  const getToken = async (tool: ConnectTool): Promise<string> => {
    const { tokens } = await (await services.open()).openTokens();
    const made: ToolTokens = createToolTokens({ tokens, store: toolTokens });
    return (await made.getFor(tool)).token;
  };

  return {
    async read() {
      const obstacle = findConnectObstacle(server.state, l10n);
      const connect = await loadConnect();
      const tools = await Promise.all(
        connect.CONNECT_TOOLS.map(async (tool) => ({
          id: tool.id,
          name: tool.name,
          description: tool.describe(l10n),
          canUndo: tool.configFile !== null && (await openWriter(connect).canUndo(tool.id)),
        })),
      );
      const models = obstacle === null ? await server.listModels() : [];
      return {
        tools,
        models: models.map(({ id, displayName }) => ({ id, displayName })),
        defaultModel: readDefaultModel(),
        obstacle,
      };
    },
    requests: {
      async getGuide({ toolId, model }) {
        const connect = await loadConnect();
        const tool = findTool(connect, toolId);
        const connection = await toConnection(connect, tool, { model, token: connect.MASK });
        return {
          toolId,
          steps: tool.steps(connection, l10n).map(({ text, snippet }) => ({ text, snippet })),
          configFile: tool.configFile === null ? null : toHomePath(findFile(tool) ?? tool.configFile.name, homedir()),
          canUndo: tool.configFile !== null && (await openWriter(connect).canUndo(toolId)),
          needsDockerAccess: tool.runsInContainer && needsDockerAccess(readRawSettings, process.platform),
        };
      },
      async copySnippet({ toolId, model, step }) {
        const connect = await loadConnect();
        const tool = findTool(connect, toolId);
        const token = await getToken(tool);
        const connection = await toConnection(connect, tool, { model, token });
        const snippet = tool.steps(connection, l10n)[step]?.snippet ?? null;
        if (snippet === null) throw new GatewayError('not_found', l10n.t('There is nothing to copy in this step.'));
        await env.clipboard.writeText(snippet.text);
        onConnected();
        showRemark(l10n.t('Copied the settings for {0}, with an access token made for it', tool.name));
        return null;
      },
      async writeConfig({ toolId, model }) {
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
          const token = await getToken(tool);
          const connection = await toConnection(connect, tool, { model, token });
          const prepared = await configWriter.prepare({ tool, connection, file });
          if (prepared.before === prepared.after) {
            return { status: 'done', message: l10n.t('{0} has these settings already.', prepared.file) };
          }
          const isWanted = await preview.confirm({
            file: prepared.file,
            before: prepared.before === null ? null : connect.maskToken(prepared.before, token),
            after: connect.maskToken(prepared.after, token),
            toolName: tool.name,
          });
          if (!isWanted) return { status: 'declined', message: l10n.t('Nothing was written.') };
          const { backup } = await configWriter.write(prepared);
          onConnected();
          return {
            status: 'done',
            message: [
              backup === null
                ? l10n.t('Wrote {0}.', prepared.file)
                : l10n.t('Wrote {0}. The file from before is kept as {1}.', prepared.file, backup),
              tool.configFile.describeNext(l10n),
            ].join(' '),
          };
        } catch (error) {
          if (toGatewayFailure(error) === null) throw error;
          return { status: 'failed', message: describeFailure(error) };
        } finally {
          onDidChange();
        }
      },
      async undoConfig({ toolId }) {
        const connect = await loadConnect();
        const configWriter = openWriter(connect);
        const undo = async (force: boolean) => {
          const { file, isRemoved, backup } = await configWriter.undo(toolId, { force });
          return [
            isRemoved ? l10n.t('Removed {0}, which was not there before.', file) : l10n.t('Restored {0}.', file),
            ...(backup === null ? [] : [l10n.t('The changed file is kept as {0}.', backup)]),
          ].join(' ');
        };
        try {
          return { status: 'done', message: await undo(false) };
        } catch (error) {
          const failure = toGatewayFailure(error);
          if (failure === null) throw error;
          if (failure.code !== 'conflict') return { status: 'failed', message: describeFailure(error) };
          const anyway = l10n.t('Undo Anyway');
          const chosen = await window.showWarningMessage(
            failure.message,
            { modal: true, detail: l10n.t('A copy of the present file is kept.') },
            anyway,
          );
          if (chosen !== anyway) return { status: 'declined', message: l10n.t('Nothing was undone.') };
          return { status: 'done', message: await undo(true) };
        } finally {
          onDidChange();
        }
      },
      async testTool({ toolId, model }) {
        const startedAt = performance.now();
        /** Why this server could not even be asked, which is told better here than from what comes of it. */
        let obstacle: unknown = null;
        try {
          const connect = await loadConnect();
          const tool = findTool(connect, toolId);
          const token = await getToken(tool);
          // From here, whatever address the tool itself needs.
          const connection = { model, token, baseUrl: readServedUrl(), models: await listModels(model) };
          const result = await connect.runProbe({
            tool,
            connection,
            fetch: (...asked) =>
              fetchOwnServer(...asked).catch((error: unknown) => {
                obstacle = error;
                throw error;
              }),
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
