import type { ConnectTool } from '../connect-tool.ts';
import { createChatProbe } from '../probe/chat-probe.ts';
import { fieldStep } from './form-steps.ts';

/** JetBrains AI Assistant: https://www.jetbrains.com/help/ai-assistant/use-custom-models.html. */
export const jetBrains: ConnectTool = {
  id: 'jetbrains',
  name: 'JetBrains AI Assistant',
  describe: (l10n) => l10n.t('Assistant in IntelliJ IDEA, PyCharm, WebStorm and others'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    {
      text: l10n.t(
        'Open {0}. In the section {1}, choose {2} as Provider.',
        'Settings | Tools | AI Assistant | Providers & API keys',
        'Third-party AI providers',
        'OpenAI-compatible',
      ),
      snippet: null,
    },
    fieldStep(l10n, 'URL', connection.baseUrl),
    fieldStep(l10n, 'API Key', connection.token),
    { text: l10n.t('Switch tool calling on, click Test Connection, and apply.'), snippet: null },
    {
      text: l10n.t('Choose this model in AI Chat, and where the settings assign models to features.'),
      snippet: { language: 'text', text: connection.model },
    },
  ],
  configFile: null,
  probe: (connection) =>
    createChatProbe(connection, { userAgent: 'JetBrains-AI-Assistant (Portside test)', isStreamed: true }),
};
