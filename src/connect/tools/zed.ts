import path from 'node:path';
import type { Connection, ConnectTool } from '../connect-tool.ts';
import { editJson } from '../files/edit-json.ts';
import { listedModels } from '../offered-models.ts';
import { createChatProbe, PROBE_TOOL } from '../probe/chat-probe.ts';
import { jsonSnippet, KEY_VARIABLE, keySnippet, textSnippet } from '../snippets.ts';

/**
 * The size of context that Zed is told, as it demands one: when to cut a conversation. The account's list of models does not say
 * it; this is what Cursor's documents give as the usual one.
 */
const CONTEXT_TOKENS = 200_000;

/**
 * Zed. Servers that are compatible with OpenAI's, and where keys belong: https://zed.dev/docs/ai/use-api-access#openai-compatible;
 * where the settings are: https://zed.dev/docs/configuring-zed.
 */
export const zed: ConnectTool = {
  id: 'zed',
  name: 'Zed',
  describe: (l10n) => l10n.t('Code editor'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    {
      text: l10n.t('Add this to settings.json of Zed (zed: open settings file).'),
      snippet: jsonSnippet({ language_models: { openai_compatible: { Portside: toProvider(connection) } } }),
    },
    {
      text: l10n.t(
        'Run agent: open settings, open the provider Portside under LLM Providers, and enter this as its API key. Zed keeps it in the keychain of the system.',
      ),
      snippet: textSnippet(connection.token),
    },
    {
      text: l10n.t('Or start Zed with this environment variable in place of the key ({0}).', KEY_VARIABLE),
      snippet: keySnippet(connection.token),
    },
    { text: l10n.t('Choose a model of Portside in the agent panel.'), snippet: null },
  ],
  configFile: {
    name: 'settings.json',
    find({ platform, homeFolder, variables }) {
      if (platform === 'win32') {
        return path.win32.join(
          variables['APPDATA'] || path.win32.join(homeFolder, 'AppData', 'Roaming'),
          'Zed',
          'settings.json',
        );
      }
      const chosen = platform === 'darwin' ? undefined : variables['XDG_CONFIG_HOME'];
      return path.posix.join(chosen || path.posix.join(homeFolder, '.config'), 'zed', 'settings.json');
    },
    merge: (text, connection) =>
      editJson(text, () => [
        { path: ['language_models', 'openai_compatible', 'Portside'], value: toProvider(connection) },
      ]),
    describeNext: (l10n) =>
      l10n.t(
        'The key does not belong into this file. Run agent: open settings in Zed, and enter it for the provider Portside under LLM Providers.',
      ),
  },
  probe: (connection) =>
    createChatProbe(connection, {
      userAgent: 'Zed (Portside test)',
      isStreamed: true,
      system: 'You are a coding agent in an editor. Use tools only where the user asks for work on files.',
      extra: { stream_options: { include_usage: true }, tools: [PROBE_TOOL], temperature: 1 },
    }),
};

const toProvider = (connection: Connection) => ({
  api_url: connection.baseUrl,
  available_models: listedModels(connection).map(({ id, displayName }) => ({
    name: id,
    display_name: displayName,
    max_tokens: CONTEXT_TOKENS,
    capabilities: {
      tools: true,
      images: true,
      parallel_tool_calls: true,
      prompt_cache_key: false,
      chat_completions: true,
    },
  })),
});
