import { stringify } from 'yaml';
import type { Connection, ConnectTool } from '../connect-tool.ts';
import { createChatProbe } from '../probe/chat-probe.ts';
import { HOST_GATEWAY, isForContainer } from './container-steps.ts';
import { quoteForShell } from '../snippets.ts';
import { fieldStep } from './form-steps.ts';

/**
 * Open WebUI. Connections:
 * https://docs.openwebui.com/getting-started/quick-start/connect-a-provider/starting-with-openai-compatible; environment:
 * https://docs.openwebui.com/getting-started/env-configuration (what it names PersistentConfig counts at the first start only).
 */
export const openWebUi: ConnectTool = {
  id: 'open-webui',
  name: 'Open WebUI',
  describe: (l10n) => l10n.t('Chat in the browser, self-hosted'),
  runsInContainer: true,
  steps: (connection, l10n) => [
    {
      text: l10n.t(
        'Where Open WebUI runs already: open {0}, and add a connection.',
        'Admin Settings > Connections > OpenAI > Manage',
      ),
      snippet: null,
    },
    fieldStep(l10n, 'URL', connection.baseUrl),
    fieldStep(l10n, 'API Key', connection.token),
    isForContainer(connection.baseUrl)
      ? {
          text: l10n.t(
            'Where it is new: start it with these variables, as in this compose.yaml. They count at its first start only.',
          ),
          snippet: { language: 'yaml', text: toCompose(connection) },
        }
      : {
          text: l10n.t('Where it is new: start it with these variables. They count at its first start only.'),
          snippet: { language: 'shell', text: toShell(connection) },
        },
    {
      text: l10n.t('Choose this model in a chat.'),
      snippet: { language: 'text', text: connection.model },
    },
  ],
  configFile: null,
  probe: (connection) => createChatProbe(connection, { userAgent: 'Python/3.11 aiohttp/3.12', isStreamed: true }),
};

const toVariables = ({ baseUrl, token, model }: Connection) => ({
  OPENAI_API_BASE_URL: baseUrl,
  OPENAI_API_KEY: token,
  DEFAULT_MODELS: model,
});

const toCompose = (connection: Connection): string =>
  stringify(
    {
      services: {
        'open-webui': {
          image: 'ghcr.io/open-webui/open-webui:main',
          ports: ['3000:8080'],
          environment: toVariables(connection),
          extra_hosts: [HOST_GATEWAY],
          volumes: ['open-webui:/app/backend/data'],
        },
      },
      volumes: { 'open-webui': {} },
    },
    { lineWidth: 0 },
  ).trimEnd();

const toShell = (connection: Connection): string =>
  [
    ...Object.entries(toVariables(connection)).map(([name, value]) => `export ${name}=${quoteForShell(value)}`),
    'open-webui serve',
  ].join('\n');
