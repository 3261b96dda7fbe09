import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Connection, ConnectTool } from '../connect-tool.ts';
import { editJson } from '../files/edit-json.ts';
import { createMessagesProbe } from '../probe/messages-probe.ts';
import { toServerRoot } from '../server-root.ts';
import { jsonSnippet, quoteForShell } from '../snippets.ts';

const VERSION = '2.1.330';

/**
 * The size of context that Claude Code is told for models whose names do not begin with `claude`, where it would take a million:
 * when to sum a conversation up. The account's list does not say it; this is what Cursor's documents give as the usual one.
 */
const CONTEXT_TOKENS = '200000';

/** With one of these, Claude Code asks a cloud provider and no other address. */
const CLOUDS = [
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_CODE_USE_MANTLE',
  'CLAUDE_CODE_USE_ANTHROPIC_AWS',
  'CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD',
] as const;

/**
 * Claude Code. Settings: https://code.claude.com/docs/en/settings; variables: https://code.claude.com/docs/en/env-vars; servers of
 * one's own: https://code.claude.com/docs/en/llm-gateway-connect. What it sends: docs/clients/claude-code.md.
 */
export const claudeCode: ConnectTool = {
  id: 'claude-code',
  name: 'Claude Code',
  describe: (l10n) => l10n.t('Coding agent for the terminal'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    {
      text: l10n.t(
        'Add this to settings.json in the folder .claude of your home folder. What stands there counts before the variables of a terminal.',
      ),
      snippet: jsonSnippet({ env: toVariables(connection) }),
    },
    { text: l10n.t('Start Claude Code in your project.'), snippet: { language: 'shell', text: 'claude' } },
    {
      text: l10n.t(
        'Or leave the file as it is, and set the same in the one terminal from which you start it. In PowerShell, write each line as {0}, with the quotation marks.',
        '$env:ANTHROPIC_BASE_URL = "…"',
      ),
      snippet: {
        language: 'shell',
        text: Object.entries(toVariables(connection))
          .map(([name, value]) => `export ${name}=${quoteForShell(value)}`)
          .join('\n'),
      },
    },
  ],
  configFile: {
    name: 'settings.json',
    find({ platform, homeFolder, variables }) {
      const paths = platform === 'win32' ? path.win32 : path.posix;
      const chosen = variables['CLAUDE_CONFIG_DIR'];
      return paths.join(
        chosen !== undefined && paths.isAbsolute(chosen) ? chosen : paths.join(homeFolder, '.claude'),
        'settings.json',
      );
    },
    merge: (text, connection) =>
      editJson(text, ({ env }) => {
        const present = isVariables(env) ? env : {};
        refuseCloud(present);
        return Object.entries(toVariables(connection))
          .filter(([name]) => !CHOICES.has(name) || present[name] === undefined)
          .map(([name, value]) => ({ path: ['env', name], value }));
      }),
    describeNext: (l10n) => l10n.t('Start Claude Code again. It shows under {0} that it uses Portside.', '/status'),
  },
  probe(connection) {
    const session = randomUUID();
    return createMessagesProbe(connection, {
      userAgent: `claude-cli/${VERSION} (external, cli)`,
      isStreamed: true,
      path: '/messages?beta=true',
      version: '2023-06-01',
      headers: {
        'anthropic-beta':
          'claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,effort-2025-11-24',
        'x-app': 'cli',
        'X-Claude-Code-Session-Id': session,
      },
      extra: {
        max_tokens: 32_000,
        system: [
          {
            type: 'text',
            text: 'You are a coding agent for the terminal. Use tools only where the user asks for work on files.',
            cache_control: { type: 'ephemeral' },
          },
        ],
        tools: [BASH_TOOL],
        metadata: { user_id: JSON.stringify({ session_id: session }) },
        thinking: { type: 'adaptive' },
        context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
        output_config: { effort: 'high' },
      },
    });
  },
};

/** What a user may have set otherwise, and Portside works with all the same. */
const CHOICES: ReadonlySet<string> = new Set([
  'CLAUDE_CODE_MAX_CONTEXT_TOKENS',
  'CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY',
]);

/** The addresses of Messages hang on the server's root. Names of Claude's are matched to the account's models by the server. */
const toVariables = ({ baseUrl, token, model }: Connection): Readonly<Record<string, string>> => ({
  ANTHROPIC_BASE_URL: toServerRoot(baseUrl),
  ANTHROPIC_AUTH_TOKEN: token,
  ANTHROPIC_MODEL: model,
  CLAUDE_CODE_MAX_CONTEXT_TOKENS: CONTEXT_TOKENS,
  CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
});

const isVariables = (env: unknown): env is Readonly<Record<string, unknown>> => typeof env === 'object' && env !== null;

const refuseCloud = (variables: Readonly<Record<string, unknown>>): void => {
  const cloud = CLOUDS.find((name) => {
    const value = variables[name];
    return typeof value === 'string' && /^(?:1|true|yes|on)$/i.test(value);
  });
  if (cloud === undefined) return;
  throw new GatewayError(
    'invalid_request',
    `"env.${cloud}" in it sends Claude Code to a cloud provider, whatever address is set. Take it out first.`,
  );
};

const BASH_TOOL = {
  name: 'Bash',
  description: 'Runs a command in a terminal.',
  input_schema: {
    type: 'object',
    properties: { command: { type: 'string', description: 'The command to run.' } },
    required: ['command'],
    additionalProperties: false,
  },
} as const;
