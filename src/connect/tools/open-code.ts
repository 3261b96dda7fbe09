import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Connection, ConnectTool, ToolEnvironment } from '../connect-tool.ts';
import { editJson } from '../files/edit-json.ts';
import { listedModels } from '../offered-models.ts';
import { createChatProbe, PROBE_TOOL } from '../probe/chat-probe.ts';
import { toServerRoot } from '../server-root.ts';
import { jsonSnippet } from '../snippets.ts';

/** What `/opencodev2/v1` appends to the id of every model. */
const SUFFIX = '-sdk';

const SCHEMA = 'https://opencode.ai/config.json';

/**
 * OpenCode. Configuration: https://opencode.ai/docs/config and https://opencode.ai/v1/docs/config.md; version 2 reads that of
 * version 1 (https://opencode.ai/docs/migrate-v1/). What it sends: docs/clients/opencode.md.
 */
export const openCode: ConnectTool = {
  id: 'opencode',
  name: 'OpenCode',
  describe: (l10n) => l10n.t('Coding agent for the terminal'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    {
      text: l10n.t('Add this to your opencode.json or opencode.jsonc in ~/.config/opencode.'),
      snippet: jsonSnippet({
        $schema: SCHEMA,
        model: toModelName(connection),
        provider: { portside: toProvider(connection) },
      }),
    },
    {
      text: l10n.t('Start OpenCode in your project, and choose a model of Portside with /models.'),
      snippet: { language: 'shell', text: 'opencode' },
    },
  ],
  configFile: {
    name: 'opencode.json',
    find: findFile,
    merge: (text, connection) =>
      editJson(text, ({ $schema, model }) => [
        ...($schema === undefined ? [{ path: ['$schema'], value: SCHEMA }] : []),
        // Another default model was chosen by the user: it stays, and Portside's are chosen with /models.
        ...(model === undefined || (typeof model === 'string' && model.startsWith('portside/'))
          ? [{ path: ['model'], value: toModelName(connection) }]
          : []),
        { path: ['provider', 'portside'], value: toProvider(connection) },
      ]),
    describeNext: (l10n) => l10n.t('Start OpenCode again, and choose a model of Portside with /models.'),
  },
  probe: (connection) => {
    const session = `ses_${randomBytes(13).toString('hex')}`;
    return createChatProbe(connection, {
      userAgent: 'opencode/1.18.33 ai-sdk/provider-utils/4.0.23 runtime/bun/1.3.14',
      headers: { 'X-Session-Affinity': session, 'X-Session-Id': session },
      path: '//opencodev2/v1/chat/completions',
      model: `${connection.model}${SUFFIX}`,
      isStreamed: true,
      system: 'You are OpenCode, a coding agent. Use tools only where the user asks for work on files.',
      extra: {
        max_tokens: 32_000,
        tools: [PROBE_TOOL],
        tool_choice: 'auto',
        stream_options: { include_usage: true },
      },
    });
  },
};

const toModelName = ({ model }: Connection): string => `portside/${model}${SUFFIX}`;

const toProvider = (connection: Connection) => ({
  npm: '@ai-sdk/openai-compatible',
  name: 'Portside',
  options: { baseURL: `${toServerRoot(connection.baseUrl)}/opencodev2/v1`, apiKey: connection.token },
  models: Object.fromEntries(
    listedModels(connection).map(({ id, displayName }) => [
      `${id}${SUFFIX}`,
      {
        name: `${displayName} SDK Harness`,
        attachment: true,
        modalities: { input: ['text', 'image'], output: ['text'] },
      },
    ]),
  ),
});

/** On Windows too it is below `.config`. Of two files, OpenCode reads `.jsonc` last. */
function findFile({ platform, homeFolder, variables }: ToolEnvironment): string {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const folder = paths.join(variables['XDG_CONFIG_HOME'] || paths.join(homeFolder, '.config'), 'opencode');
  const commented = paths.join(folder, 'opencode.jsonc');
  return existsSync(commented) ? commented : paths.join(folder, 'opencode.json');
}
