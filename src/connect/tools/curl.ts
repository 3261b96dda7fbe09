import type { ConnectTool } from '../connect-tool.ts';
import { createChatProbe } from '../probe/chat-probe.ts';
import { KEY_VARIABLE, quoteForShell } from '../snippets.ts';
import { keyStep } from './key-step.ts';

/** curl: https://curl.se/docs/manpage.html. */
export const curl: ConnectTool = {
  id: 'curl',
  name: 'curl',
  describe: (l10n) => l10n.t('HTTP from the command line'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    keyStep(connection, l10n),
    {
      text: l10n.t('Ask for an answer.'),
      snippet: {
        language: 'shell',
        text: `curl ${quoteForShell(`${connection.baseUrl}/chat/completions`)} \\
  -H "Authorization: Bearer $${KEY_VARIABLE}" \\
  -H 'Content-Type: application/json' \\
  -d ${quoteForShell(JSON.stringify({ model: connection.model, messages: [{ role: 'user', content: 'Say hello.' }] }))}`,
      },
    },
  ],
  configFile: null,
  probe: (connection) => createChatProbe(connection, { userAgent: 'curl/8', isStreamed: false }),
};
