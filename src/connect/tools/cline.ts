import type { ConnectTool } from '../connect-tool.ts';
import { createChatProbe, PROBE_TOOL } from '../probe/chat-probe.ts';
import { formSteps } from './form-steps.ts';

/** Cline, whose settings are in the editor's own store: https://docs.cline.bot/provider-config/openai-compatible. */
export const cline: ConnectTool = {
  id: 'cline',
  name: 'Cline',
  describe: (l10n) => l10n.t('Coding agent in VS Code and JetBrains IDEs'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    {
      text: l10n.t(
        'Open the settings of {0} (the gear in its panel), and choose {1} as API Provider.',
        'Cline',
        'OpenAI Compatible',
      ),
      snippet: null,
    },
    ...formSteps(connection, l10n, { baseUrl: 'Base URL', token: 'OpenAI Compatible API Key', model: 'Model ID' }),
  ],
  configFile: null,
  probe: (connection) =>
    createChatProbe(connection, {
      userAgent: 'Cline (Portside test)',
      isStreamed: true,
      system: 'You are Cline, a coding agent. Use tools only where the user asks for work on files.',
      extra: { temperature: 0, stream_options: { include_usage: true }, tools: [PROBE_TOOL], tool_choice: 'auto' },
    }),
};
