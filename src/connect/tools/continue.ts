import { existsSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Connection, ConnectTool } from '../connect-tool.ts';
import { editYaml, startsWith } from '../files/edit-yaml.ts';
import { MODEL_TITLE_START, offeredModels, toModelTitle } from '../offered-models.ts';
import { createChatProbe } from '../probe/chat-probe.ts';

/**
 * Continue. `config.yaml`: https://docs.continue.dev/reference; OpenAI-compatible servers:
 * https://docs.continue.dev/customize/model-providers/top-level/openai.
 */
export const continueDev: ConnectTool = {
  id: 'continue',
  name: 'Continue',
  describe: (l10n) => l10n.t('Coding assistant in VS Code and JetBrains IDEs'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    {
      text: l10n.t('Add these models to config.yaml in the folder .continue of your home folder.'),
      snippet: {
        language: 'yaml',
        text: stringify({ ...HEAD, models: toModels(connection) }, { lineWidth: 0 }).trimEnd(),
      },
    },
    { text: l10n.t('Choose a model of Portside below the input of Continue.'), snippet: null },
  ],
  configFile: {
    name: 'config.yaml',
    find({ platform, homeFolder, variables }) {
      const paths = platform === 'win32' ? path.win32 : path.posix;
      const chosen = variables['CONTINUE_GLOBAL_DIR'];
      return paths.join(
        chosen !== undefined && paths.isAbsolute(chosen) ? chosen : paths.join(homeFolder, '.continue'),
        'config.yaml',
      );
    },
    merge: (text, connection) =>
      editYaml(text, {
        defaults: HEAD,
        path: ['models'],
        entries: toModels(connection),
        isOurs: (entry) => startsWith(entry.get('name'), MODEL_TITLE_START),
      }),
    checkNew(file) {
      const former = path.join(path.dirname(file), 'config.json');
      if (!existsSync(former)) return;
      // https://docs.continue.dev/reference/yaml-migration
      throw new GatewayError(
        'invalid_request',
        `Continue is set up by ${former}, which it leaves aside once there is a config.yaml: your other models would be gone from it. Move them to config.yaml first, as https://docs.continue.dev/reference/yaml-migration shows, and try again.`,
      );
    },
    describeNext: (l10n) => l10n.t('Choose a model of Portside below the input of Continue.'),
  },
  probe: (connection) =>
    createChatProbe(connection, {
      userAgent: 'Continue (Portside test)',
      isStreamed: true,
      extra: { max_tokens: 4096, stream_options: { include_usage: true } },
    }),
};

/** What every `config.yaml` needs. */
const HEAD = { name: 'Local Config', version: '1.0.0', schema: 'v1' } as const;

const toModels = (connection: Connection) =>
  offeredModels(connection).map((model, _index, models) => ({
    name: toModelTitle(model, models),
    provider: 'openai',
    model: model.id,
    apiBase: connection.baseUrl,
    apiKey: connection.token,
    roles: ['chat', 'edit', 'apply'],
    capabilities: ['tool_use', 'image_input'],
  }));
