import type { ConnectTool } from '../connect-tool.ts';
import { createChatProbe, PROBE_TOOL } from '../probe/chat-probe.ts';
import { formSteps } from './form-steps.ts';

/**
 * Roo Code, whose settings are in the editor's own store: https://roocodeinc.github.io/Roo-Code/providers/openai-compatible. It
 * ended in May 2026; an installed one works on, and its community's fork Zoo Code (https://github.com/Zoo-Code-Org/Zoo-Code) has
 * the same settings.
 */
export const rooCode: ConnectTool = {
  id: 'roo-code',
  name: 'Roo Code',
  describe: (l10n) => l10n.t('Coding agent in VS Code, and its successor Zoo Code'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    {
      text: l10n.t(
        'Open the settings of {0} (the gear in its panel), and choose {1} as API Provider.',
        'Roo Code',
        'OpenAI Compatible',
      ),
      snippet: null,
    },
    ...formSteps(connection, l10n, { baseUrl: 'Base URL', token: 'API Key', model: 'Model' }),
    { text: l10n.t('Save the settings.'), snippet: null },
  ],
  configFile: null,
  probe: (connection) =>
    createChatProbe(connection, {
      userAgent: 'RooCode (Portside test)',
      headers: { 'X-Title': 'Roo Code' },
      isStreamed: true,
      system: 'You are Roo, a coding agent. Use tools only where the user asks for work on files.',
      extra: {
        temperature: 0,
        stream_options: { include_usage: true },
        tools: [PROBE_TOOL],
        tool_choice: 'auto',
        parallel_tool_calls: false,
      },
    }),
};
