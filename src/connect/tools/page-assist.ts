import type { ConnectTool } from '../connect-tool.ts';
import { createOllamaProbe } from '../probe/ollama-probe.ts';
import { toServerRoot } from '../server-root.ts';
import { textSnippet } from '../snippets.ts';
import { fieldStep } from './form-steps.ts';

/** Page Assist: https://github.com/n4ze3m/page-assist and https://docs.pageassist.xyz/providers/ollama. */
export const pageAssist: ConnectTool = {
  id: 'page-assist',
  name: 'Page Assist',
  describe: (l10n) => l10n.t('Extension for browsers: chat beside the page'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    { text: l10n.t('Open {0}.', 'Settings > Ollama Settings'), snippet: null },
    fieldStep(l10n, 'Ollama URL', toServerRoot(connection.baseUrl)),
    {
      text: l10n.t('Open {0}, and click {1}.', 'Advance Ollama URL Configuration', 'Add Header'),
      snippet: null,
    },
    fieldStep(l10n, 'Header Key', 'Authorization'),
    fieldStep(l10n, 'Header Value', `Bearer ${connection.token}`),
    {
      text: l10n.t('Leave {0} on, save, and choose this model in a chat.', 'Automatic Ollama CORS Fix'),
      snippet: textSnippet(connection.model),
    },
  ],
  configFile: null,
  probe: (connection) => createOllamaProbe(connection, { userAgent: 'Page Assist (Portside test)', isStreamed: true }),
};
