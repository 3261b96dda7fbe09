import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Connection, ConnectTool } from '../connect-tool.ts';
import { editToml } from '../files/edit-toml.ts';
import { quoteForShell } from '../snippets.ts';
import { createResponsesProbe } from '../probe/responses-probe.ts';

const PROVIDER = 'portside';

const VERSION = '0.169.0';

/** Other ways to log in: Codex would take them in place of the token, or refuse to start with both. */
const OTHER_KEYS = ['env_key', 'env_key_instructions', 'requires_openai_auth', 'auth', 'aws'] as const;

/**
 * Codex CLI. Configuration: https://developers.openai.com/codex/config-reference and
 * https://developers.openai.com/codex/config-advanced#custom-model-providers. What it sends: docs/clients/codex.md.
 */
export const codex: ConnectTool = {
  id: 'codex',
  name: 'Codex CLI',
  describe: (l10n) => l10n.t('Coding agent for the terminal'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    {
      text: l10n.t(
        'Add this to config.toml in the folder .codex of your home folder: its first two lines before every table.',
      ),
      snippet: { language: 'toml', text: merge(null, connection).trimEnd() },
    },
    { text: l10n.t('Start Codex in your project.'), snippet: { language: 'shell', text: 'codex' } },
    {
      text: l10n.t('Where another model stays your default, leave out the first two lines, and start Codex like this.'),
      snippet: { language: 'shell', text: toCommand(connection) },
    },
  ],
  configFile: {
    name: 'config.toml',
    find({ platform, homeFolder, variables }) {
      const paths = platform === 'win32' ? path.win32 : path.posix;
      const chosen = variables['CODEX_HOME'];
      return paths.join(
        chosen !== undefined && paths.isAbsolute(chosen) ? chosen : paths.join(homeFolder, '.codex'),
        'config.toml',
      );
    },
    merge,
    describeNext: (l10n, { connection } = {}) =>
      connection === undefined
        ? l10n.t('Start Codex again.')
        : l10n.t(
            'Start Codex again: {0} where another model is your default, else {1}.',
            toCommand(connection),
            'codex',
          ),
  },
  probe(connection) {
    const thread = randomUUID();
    return createResponsesProbe(connection, {
      userAgent: `codex_exec/${VERSION} (Portside test)`,
      headers: {
        originator: 'codex_exec',
        'session-id': thread,
        'thread-id': thread,
        'x-client-request-id': thread,
      },
      developer:
        'You are a coding agent running in the Codex CLI. Use tools only where the user asks for work on files.',
      extra: {
        tools: [SHELL_TOOL],
        tool_choice: 'auto',
        parallel_tool_calls: true,
        reasoning: { summary: 'auto' },
        store: false,
        include: ['reasoning.encrypted_content'],
        prompt_cache_key: thread,
        client_metadata: { session_id: thread, thread_id: thread },
      },
    });
  },
};

function merge(text: string | null, connection: Connection): string {
  return editToml(text, (present) => [
    ...(isOurs(present) ? toChoice(connection) : []),
    ...OTHER_KEYS.map((name) => ({ path: ['model_providers', PROVIDER, name], value: null })),
    ...Object.entries(toProvider(connection)).map(([name, value]) => ({
      path: ['model_providers', PROVIDER, name],
      value,
    })),
  ]);
}

/** Whether nothing else was chosen: a model without a provider is one of OpenAI's. */
const isOurs = ({ model, model_provider: provider }: Readonly<Record<string, unknown>>): boolean =>
  provider === PROVIDER || (provider === undefined && model === undefined);

const toChoice = ({ model }: Connection) => [
  { path: ['model'], value: model },
  { path: ['model_provider'], value: PROVIDER },
];

/** Without WebSocket, Codex sends the whole conversation with every result of a tool. */
const toProvider = ({ baseUrl, token }: Connection) => ({
  name: 'Portside',
  base_url: baseUrl,
  wire_api: 'responses',
  experimental_bearer_token: token,
  supports_websockets: true,
});

const toCommand = ({ model }: Connection): string => `codex -c model_provider=${PROVIDER} -m ${quoteForShell(model)}`;

const SHELL_TOOL = {
  type: 'function',
  name: 'exec_command',
  description: 'Runs a command in a terminal.',
  strict: false,
  parameters: {
    type: 'object',
    properties: { cmd: { type: 'string', description: 'The command to run.' } },
    required: ['cmd'],
    additionalProperties: false,
  },
} as const;
