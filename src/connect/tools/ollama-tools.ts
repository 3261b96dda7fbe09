import type { ConnectTool } from '../connect-tool.ts';
import { createOllamaProbe } from '../probe/ollama-probe.ts';
import { toServerRoot } from '../server-root.ts';
import { textSnippet } from '../snippets.ts';

/** Where tools look for Ollama that cannot be told. */
const OLLAMA_PORT = '11434';

/** Every other tool that speaks Ollama's API alone: https://docs.ollama.com/api/introduction. */
export const ollamaTools: ConnectTool = {
  id: 'ollama',
  name: 'Tools for Ollama',
  describe: (l10n) => l10n.t('Every other tool that speaks the API of Ollama alone'),
  runsInContainer: false,
  steps: (connection, l10n, { isEditor = false } = {}) => [
    {
      text: l10n.t('Where the tool asks for the address of Ollama, enter this.'),
      snippet: textSnippet(toServerRoot(connection.baseUrl)),
    },
    isEditor
      ? {
          text: l10n.t(
            'Where the tool has no place for an address, it looks at port {0}: put this into the setting {1}, and stop Ollama itself.',
            OLLAMA_PORT,
            'portside.ollamaPort',
          ),
          snippet: textSnippet(OLLAMA_PORT),
        }
      : {
          text: l10n.t(
            'Where the tool has no place for an address, it looks at port {0}: start Portside like this, and stop Ollama itself.',
            OLLAMA_PORT,
          ),
          snippet: { language: 'shell', text: `portside serve --ollama-port ${OLLAMA_PORT}` },
        },
    {
      text: l10n.t('Where the tool takes an API key, enter this.'),
      snippet: textSnippet(connection.token),
    },
    {
      text: l10n.t('Where it takes headers, add this one.'),
      snippet: textSnippet(`Authorization: Bearer ${connection.token}`),
    },
    {
      text: l10n.t(
        'A tool that can send neither is let in only where no token is asked for ({0}). Every program on this machine can then use your Cursor account.',
        isEditor ? '"portside.requireToken": false' : 'PORTSIDE_REQUIRE_TOKEN=false',
      ),
      snippet: null,
    },
    { text: l10n.t('Choose this model.'), snippet: textSnippet(connection.model) },
  ],
  configFile: null,
  probe: (connection) => createOllamaProbe(connection, { userAgent: 'Ollama (Portside test)', isStreamed: true }),
};
