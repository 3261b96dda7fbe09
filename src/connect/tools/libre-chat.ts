import { stringify } from 'yaml';
import type { Connection, ConnectTool } from '../connect-tool.ts';
import { editYaml } from '../files/edit-yaml.ts';
import { offeredModels } from '../offered-models.ts';
import { createChatProbe } from '../probe/chat-probe.ts';
import { HOST_GATEWAY, isForContainer } from './container-steps.ts';

/** A file without a version is refused; this is that of the release which was looked at. */
const VERSION = '1.3.17';

/**
 * LibreChat. Custom endpoints:
 * https://www.librechat.ai/docs/configuration/librechat_yaml/object_structure/custom_endpoint; mounting the file:
 * https://www.librechat.ai/docs/quick_start/custom_endpoints. A base URL that its administrator has written down may be a private
 * address; only those that users enter are checked.
 */
export const libreChat: ConnectTool = {
  id: 'librechat',
  name: 'LibreChat',
  describe: (l10n) => l10n.t('Chat in the browser, self-hosted'),
  runsInContainer: true,
  steps: (connection, l10n) => [
    {
      text: l10n.t('Add this endpoint to librechat.yaml, in the folder where the .env file of LibreChat is.'),
      snippet: {
        language: 'yaml',
        text: stringify(
          { version: VERSION, cache: true, endpoints: { custom: [toEndpoint(connection)] } },
          { lineWidth: 0 },
        ).trimEnd(),
      },
    },
    ...(isForContainer(connection.baseUrl)
      ? [
          {
            text: l10n.t('Make the file known to the container in docker-compose.override.yml.'),
            snippet: { language: 'yaml' as const, text: OVERRIDE },
          },
        ]
      : []),
    {
      text: l10n.t('Start LibreChat again, and choose the endpoint Portside.'),
      snippet: {
        language: 'shell',
        text: isForContainer(connection.baseUrl) ? 'docker compose up -d --force-recreate api' : 'npm run backend',
      },
    },
  ],
  configFile: {
    name: 'librechat.yaml',
    find: () => null,
    merge: (text, connection) =>
      editYaml(text, {
        defaults: { version: VERSION },
        path: ['endpoints', 'custom'],
        entries: [toEndpoint(connection)],
        isOurs: (entry) => entry.get('name') === 'Portside',
      }),
    describeNext: (l10n) =>
      l10n.t(
        'Start LibreChat again, and choose the endpoint Portside. In a container, the file has to be mounted as /app/librechat.yaml.',
      ),
  },
  probe: (connection) =>
    createChatProbe(connection, {
      userAgent: 'OpenAI/JS',
      isStreamed: true,
      extra: { stream_options: { include_usage: true } },
    }),
};

const OVERRIDE = stringify({
  services: {
    api: {
      volumes: [{ type: 'bind', source: './librechat.yaml', target: '/app/librechat.yaml' }],
      extra_hosts: [HOST_GATEWAY],
    },
  },
}).trimEnd();

const toEndpoint = (connection: Connection) => ({
  name: 'Portside',
  apiKey: connection.token,
  baseURL: connection.baseUrl,
  models: { default: offeredModels(connection).map(({ id }) => id), fetch: true },
  titleConvo: true,
  titleModel: 'current_model',
  modelDisplayLabel: 'Portside',
});
