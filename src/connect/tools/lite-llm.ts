import { stringify } from 'yaml';
import type { Connection, ConnectTool } from '../connect-tool.ts';
import { editYaml, startsWith } from '../files/edit-yaml.ts';
import { listedModels } from '../offered-models.ts';
import { createChatProbe } from '../probe/chat-probe.ts';
import { HOST_GATEWAY, isForContainer } from './container-steps.ts';

/** What the names of Portside's models begin with in LiteLLM, beside those of other providers. */
const PREFIX = 'portside/';

/**
 * LiteLLM's proxy. `config.yaml`: https://docs.litellm.ai/docs/proxy/configs; OpenAI-compatible servers:
 * https://docs.litellm.ai/docs/providers/openai_compatible.
 */
export const liteLlm: ConnectTool = {
  id: 'litellm',
  name: 'LiteLLM',
  describe: (l10n) => l10n.t('Proxy for many model providers'),
  runsInContainer: true,
  steps: (connection, l10n) => [
    {
      text: l10n.t('Add these models to the config.yaml that the proxy is started with.'),
      snippet: { language: 'yaml', text: stringify({ model_list: toModels(connection) }, { lineWidth: 0 }).trimEnd() },
    },
    {
      text: l10n.t('Start the proxy again with that file.'),
      snippet: {
        language: 'shell',
        text: isForContainer(connection.baseUrl)
          ? `docker run --add-host=${HOST_GATEWAY} -v "$(pwd)/config.yaml:/app/config.yaml" -p 4000:4000 ghcr.io/berriai/litellm:main-stable --config /app/config.yaml`
          : 'litellm --config config.yaml',
      },
    },
    {
      text: l10n.t('Ask the proxy for this model.'),
      snippet: { language: 'text', text: `${PREFIX}${connection.model}` },
    },
  ],
  configFile: {
    name: 'config.yaml',
    find: () => null,
    merge: (text, connection) =>
      editYaml(text, {
        defaults: {},
        path: ['model_list'],
        entries: toModels(connection),
        isOurs: (entry) => startsWith(entry.get('model_name'), PREFIX),
      }),
    describeNext: (l10n) => l10n.t('Start the proxy again with that file.'),
  },
  probe: (connection) => createChatProbe(connection, { userAgent: 'AsyncOpenAI/Python', isStreamed: false }),
};

const toModels = (connection: Connection) =>
  listedModels(connection).map(({ id }) => ({
    model_name: `${PREFIX}${id}`,
    // Tells LiteLLM to speak Chat Completions to the address.
    litellm_params: { model: `openai/${id}`, api_base: connection.baseUrl, api_key: connection.token },
  }));
