import type { ConnectTool } from '../connect-tool.ts';
import { createOllamaProbe } from '../probe/ollama-probe.ts';
import { toServerRoot } from '../server-root.ts';
import { jsonSnippet, textSnippet } from '../snippets.ts';

/**
 * The chat of VS Code, by the extension that Ollama makes for it (https://github.com/ollama/ollama-vscode): the provider that VS Code
 * had itself is deprecated (https://code.visualstudio.com/docs/agent-customization/language-models).
 */
export const vsCodeChat: ConnectTool = {
  id: 'vscode-chat',
  name: 'VS Code Chat',
  describe: (l10n) => l10n.t('Chat of Visual Studio Code, by the extension Ollama'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    {
      text: l10n.t('Install the extension Ollama, by Ollama.'),
      snippet: { language: 'shell', text: 'code --install-extension Ollama.ollama' },
    },
    {
      text: l10n.t(
        'Add this to your settings: run {0}. What is ignored by Settings Sync stays on this machine, as the token should.',
        'Preferences: Open User Settings (JSON)',
      ),
      snippet: jsonSnippet({
        'ollama.endpoint': toServerRoot(connection.baseUrl),
        // In one step: what was saved without it could have been uploaded already.
        'settingsSync.ignoredSettings': ['ollama.headers'],
        'ollama.headers': { Authorization: `Bearer ${connection.token}` },
      }),
    },
    {
      text: l10n.t('Run {0}, and choose this model in the chat.', 'Ollama: Refresh Models'),
      snippet: textSnippet(connection.model),
    },
  ],
  configFile: null,
  probe: (connection) => createOllamaProbe(connection, { userAgent: 'ollama-js (Portside test)', isStreamed: true }),
};
