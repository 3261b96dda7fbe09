import { parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { CONNECT_TOOLS, MASK } from '../../../src/connect/main.ts';
import { createConnection, findTool, TOKEN } from './connections.ts';

/** A file with other things in it; `kept` are lines that must still be there, in this order. */
interface Sample {
  readonly id: string;
  readonly text: string;
  readonly kept: readonly string[];
  readonly broken: readonly (readonly [text: string, message: RegExp])[];
}

const BROKEN_JSON = [
  ['{\n  "model": \n}', /not valid JSON: a value is missing at line 3, column 1/],
  ['[1]', /not a JSON object/],
  ['"text"', /not a JSON object/],
] as const;

const BROKEN_YAML = [
  ['a: [1\nb: 2', /not valid YAML: .* at line \d+, column \d+\.$/],
  ['- 1\n- 2', /not a YAML mapping/],
  ['a: 1\na: 2', /not valid YAML: a key is there twice at line 2/],
  ['a: 1\n---\nb: 2', /several YAML documents/],
] as const;

const BROKEN_TOML = [
  ['a = 1\na = 2', /not valid TOML: a key or table is there twice at line 2, column 1\.$/],
  ['{ "a": 1 }', /not valid TOML: .* at line 1, column \d+\.$/],
] as const;

const samples: readonly Sample[] = [
  {
    id: 'codex',
    text: `# Mine
model = "gpt-5.6-sol" # of OpenAI
approval_policy = 'on-request'

[model_providers.other]
name="Other"
env_key = "OTHER_KEY" # not here

  [mcp_servers."with space"]
  command = "npx"
  args = [
    "-y", # yes
  ]
`,
    kept: [
      '# Mine',
      'model = "gpt-5.6-sol" # of OpenAI',
      "approval_policy = 'on-request'",
      '',
      '[model_providers.other]',
      'name="Other"',
      'env_key = "OTHER_KEY" # not here',
      '  [mcp_servers."with space"]',
      '    "-y", # yes',
    ],
    broken: [
      ...BROKEN_TOML,
      ['model_providers = []', /"model_providers" in it is not a table/],
      ['[[model_providers]]', /"model_providers" in it is not a table/],
    ],
  },
  {
    id: 'opencode',
    text: `{
    // My own settings
    "$schema": "https://opencode.ai/config.json",
    "theme": "system", /* dark at night */
    "model": "anthropic/claude",
    "provider": {
        // With a key of its own
        "other": { "npm": "@ai-sdk/anthropic", "options": { "apiKey": "other-key" } },
    },
}
`,
    kept: [
      '    // My own settings',
      '    "theme": "system", /* dark at night */',
      '    "model": "anthropic/claude",',
      '        // With a key of its own',
      '        "other": { "npm": "@ai-sdk/anthropic", "options": { "apiKey": "other-key" } }',
    ],
    broken: [...BROKEN_JSON, ['{"provider": []}', /"provider" in it is not an object/]],
  },
  {
    id: 'claude-code',
    text: `{
  // Mine
  "model": "opus",
  "permissions": { "allow": ["Bash(npm test:*)"] },
  "env": {
    "DISABLE_TELEMETRY": "1", // quiet
    "CLAUDE_CODE_MAX_CONTEXT_TOKENS": "128000"
  },
  "hooks": {}
}
`,
    kept: [
      '  // Mine',
      '  "model": "opus",',
      '  "permissions": { "allow": ["Bash(npm test:*)"] },',
      '    "DISABLE_TELEMETRY": "1", // quiet',
      '    "CLAUDE_CODE_MAX_CONTEXT_TOKENS": "128000"',
      '  "hooks": {}',
    ],
    broken: [
      ...BROKEN_JSON,
      ['{"env": []}', /"env" in it is not an object/],
      ['{"env": "A=1"}', /"env" in it is not an object/],
      ['{"env": {"CLAUDE_CODE_USE_BEDROCK": "1"}}', /"env\.CLAUDE_CODE_USE_BEDROCK" in it .* cloud provider/],
    ],
  },
  {
    id: 'zed',
    text: `// Zed settings
{
\t"theme": "One Dark", // the best
\t"language_models": {
\t\t"openai_compatible": {
\t\t\t"Mine": { "api_url": "http://localhost:1/v1", "available_models": [] }
\t\t}
\t}
}
`,
    kept: [
      '// Zed settings',
      '\t"theme": "One Dark", // the best',
      '\t\t\t"Mine": { "api_url": "http://localhost:1/v1", "available_models": [] }',
    ],
    broken: [...BROKEN_JSON, ['{"language_models": 1}', /"language_models" in it is not an object/]],
  },
  {
    id: 'continue',
    text: `# Mine
name: Work
version: 2.0.0
schema: v1

models:
  # The one from work
  - name: "Quoted"
    provider: openai
    apiKey: \${{ secrets.KEY }}
rules:
  - 'Be brief'
`,
    kept: [
      '# Mine',
      'name: Work',
      'version: 2.0.0',
      '',
      '  # The one from work',
      '  - name: "Quoted"',
      '    apiKey: ${{ secrets.KEY }}',
      "  - 'Be brief'",
    ],
    broken: [...BROKEN_YAML, ['models: text', /"models" in it is not a list/]],
  },
  {
    id: 'librechat',
    text: `# For more information, see the guide
version: 1.3.5

# Cache settings
cache: true

endpoints:
  custom:
    # Mistral
    - name: 'Mistral' # unique
      apiKey: '\${MISTRAL_API_KEY}'
      models:
        default: ['mistral-tiny', 'mistral-small']
        fetch: true
      dropParams: ['stop', 'user']
`,
    kept: [
      '# For more information, see the guide',
      'version: 1.3.5',
      '# Cache settings',
      '    # Mistral',
      "    - name: 'Mistral' # unique",
      "        default: ['mistral-tiny', 'mistral-small']",
      "      dropParams: ['stop', 'user']",
    ],
    broken: [...BROKEN_YAML, ['endpoints: []', /"endpoints" in it is not a mapping/]],
  },
  {
    id: 'litellm',
    text: `model_list:
- model_name: gpt # ours
  litellm_params:
    model: azure/gpt
    api_key: "os.environ/AZURE_KEY"
general_settings:
  master_key: sk-1234 # change it
`,
    kept: [
      '- model_name: gpt # ours',
      '    model: azure/gpt',
      '    api_key: "os.environ/AZURE_KEY"',
      'general_settings:',
      '  master_key: sk-1234 # change it',
    ],
    broken: [...BROKEN_YAML, ['model_list: {}', /"model_list" in it is not a list/]],
  },
];

/** Zed keeps keys elsewhere. */
const holdsToken = (id: string) => id !== 'zed';

test('every tool that writes a file is looked at here', () => {
  const writing = CONNECT_TOOLS.filter(({ configFile }) => configFile !== null).map(({ id }) => id);
  expect(samples.map(({ id }) => id).toSorted()).toEqual(writing.toSorted());
});

describe.each(samples)('$id', ({ id, text, kept, broken }) => {
  const { configFile } = findTool(CONNECT_TOOLS, id);
  const isYaml = configFile?.name.endsWith('.yaml') === true;
  const isToml = configFile?.name.endsWith('.toml') === true;
  const merge = (before: string | null, changes = {}): string =>
    configFile?.merge(before, createConnection(changes)) ?? '';
  const read = (merged: string): unknown => {
    if (isToml) return parseToml(merged);
    return isYaml ? parseYaml(merged, { strict: true }) : parseJsonc(merged, [], { allowTrailingComma: true });
  };

  const empty: readonly (readonly [string, string | null])[] = [
    ['no file', null],
    ['an empty one', ''],
    ['blank lines', '\n\n'],
    ...(isToml ? [] : [['an empty object', isYaml ? '{}\n' : '{}'] as const]),
    ['nothing but a comment', isYaml || isToml ? '# Mine\n' : '// Mine\n'],
  ];
  test.each(empty)('%s becomes one with Portside', (_name, before) => {
    const merged = merge(before);
    expect(read(merged)).toEqual(read(merge(null)));
    expect(merged).toContain('127.0.0.1:8765');
    expect(merged.includes(TOKEN)).toBe(holdsToken(id));
    expect(merged).toMatch(before === '{}' ? /}$/ : /[^\n]\n$/);
    if (before?.includes('Mine') === true) expect(merged).toContain('Mine');
    if (isYaml) expect(merged).not.toMatch(/[{}]/);
  });

  test('everything else stays, comments included', () => {
    const merged = merge(text);
    const lines = merged.split('\n');
    let from = 0;
    for (const line of kept) {
      const place = lines.findIndex((each, index) => index >= from && (each === line || each === `${line},`));
      expect({ line, place }).toEqual({ line, place: expect.toSatisfy((found: number) => found >= 0) });
      from = place + 1;
    }
    expect(read(merged)).toMatchObject(isYaml ? {} : (read(text) as object));
    expect(JSON.stringify(read(merged))).toContain('127.0.0.1:8765');
  });

  test('twice is as once', () => {
    expect(merge(merge(text))).toBe(merge(text));
  });

  test('an older entry of Portside is replaced, not doubled', () => {
    const older = merge(text, {
      baseUrl: 'http://127.0.0.1:9999/v1',
      token: `portside_${'O'.repeat(43)}`,
      model: 'gpt-5.1',
      models: [{ id: 'gpt-5.1', displayName: 'GPT-5.1' }],
    });
    const merged = merge(older);
    expect(read(merged)).toEqual(read(merge(text)));
    expect(merged).not.toMatch(/9999|gpt-5\.1|OOO/);
  });

  test('lines that end as on Windows go on to', () => {
    const merged = merge(text.replaceAll('\n', '\r\n'));
    expect(merged.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(read(merged)).toEqual(read(merge(text)));
  });

  test.each(broken)('%j is refused', (before, message) => {
    expect(() => merge(before)).toThrow(message);
  });

  test('the chosen model comes first where that makes it the default one, and else changes nothing of the others', () => {
    const lines = (changes = {}): readonly string[] => merge(null, changes).split('\n');
    const chosen = lines();
    const place = (model: string) => chosen.findIndex((line) => line.includes(model) && !line.includes('"model"'));
    if (id === 'continue' || id === 'librechat') {
      expect(place('claude-sonnet-4.5')).toBeLessThan(place('composer-2.5'));
    } else {
      const differing = lines({ model: 'composer-2.5' }).filter((line, index) => line !== chosen[index]);
      expect(differing.length).toBe(id === 'opencode' || id === 'codex' || id === 'claude-code' ? 1 : 0);
    }
    expect(merge(null)).not.toContain(MASK);
  });
});

describe('OpenCode', () => {
  const merge = (before: string): { model?: string } =>
    JSON.parse(findTool(CONNECT_TOOLS, 'opencode').configFile?.merge(before, createConnection()) ?? '');

  test.each([
    ['{}', 'portside/claude-sonnet-4.5-sdk'],
    ['{"model":"portside/composer-2.5-sdk"}', 'portside/claude-sonnet-4.5-sdk'],
    ['{"model":"anthropic/claude"}', 'anthropic/claude'],
  ])('%s: the default model', (before, expected) => {
    expect(merge(before).model).toBe(expected);
  });

  test('a mark at the beginning stays', () => {
    const text = findTool(CONNECT_TOOLS, 'opencode').configFile?.merge('\uFEFF{}', createConnection()) ?? '';
    expect(text.charCodeAt(0)).toBe(0xfe_ff);
    expect(JSON.parse(text.slice(1))).toHaveProperty('provider.portside');
  });
});

describe('Claude Code', () => {
  const merge = (env: object): { readonly env: unknown } =>
    JSON.parse(
      findTool(CONNECT_TOOLS, 'claude-code').configFile?.merge(JSON.stringify({ env }), createConnection()) ?? '',
    );
  const OURS = {
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:8765',
    ANTHROPIC_AUTH_TOKEN: TOKEN,
    ANTHROPIC_MODEL: 'claude-sonnet-4.5',
    CLAUDE_CODE_MAX_CONTEXT_TOKENS: '200000',
    CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
  };

  test.each([
    ['nothing', {}, OURS],
    [
      'another server',
      { ANTHROPIC_BASE_URL: 'https://gateway.example', ANTHROPIC_AUTH_TOKEN: 'other', ANTHROPIC_MODEL: 'opus' },
      OURS,
    ],
    [
      'what its user prefers',
      { CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '0', ANTHROPIC_DEFAULT_HAIKU_MODEL: 'gpt-5.1' },
      { ...OURS, CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '0', ANTHROPIC_DEFAULT_HAIKU_MODEL: 'gpt-5.1' },
    ],
    ['a cloud provider that is off', { CLAUDE_CODE_USE_VERTEX: '0' }, { ...OURS, CLAUDE_CODE_USE_VERTEX: '0' }],
  ])('%s is there', (_name, before, expected) => {
    expect(merge(before)).toEqual({ env: expected });
  });
});

describe('Codex', () => {
  const merge = (before: string): string =>
    findTool(CONNECT_TOOLS, 'codex').configFile?.merge(before, createConnection()) ?? '';

  test.each([
    ['', 'claude-sonnet-4.5', 'portside'],
    ['model_provider = "portside"\nmodel = "composer-2.5"', 'claude-sonnet-4.5', 'portside'],
    ['model_provider = "portside"', 'claude-sonnet-4.5', 'portside'],
    ['model = "gpt-5.6-sol"', 'gpt-5.6-sol', undefined],
    ['model_provider = "other"', undefined, 'other'],
    ['model = "x"\nmodel_provider = "other"', 'x', 'other'],
  ])('%j: the default model', (before, model, provider) => {
    expect(parseToml(merge(before))).toMatchObject({ model_providers: { portside: { wire_api: 'responses' } } });
    expect(parseToml(merge(before))['model']).toBe(model);
    expect(parseToml(merge(before))['model_provider']).toBe(provider);
  });

  test('another way to log in goes, and what else its user has set of the provider stays', () => {
    const before =
      '[model_providers.portside]\nname = "Mine"\nenv_key = "PORTSIDE_TOKEN"\nstream_idle_timeout_ms = 9000 # long\n[model_providers.portside.auth]\ncommand = "cat"\n[tui]\n';
    const merged = merge(before);
    expect(merged).toMatch(/^stream_idle_timeout_ms = 9000 # long$/m);
    expect(parseToml(merged)).toEqual({
      model: 'claude-sonnet-4.5',
      model_provider: 'portside',
      model_providers: {
        portside: {
          name: 'Portside',
          base_url: 'http://127.0.0.1:8765/v1',
          wire_api: 'responses',
          experimental_bearer_token: TOKEN,
          supports_websockets: true,
          stream_idle_timeout_ms: 9000,
        },
      },
      tui: {},
    });
  });
});

test('models of one name are told apart where a tool needs that', () => {
  const models = [
    { id: 'a', displayName: 'Same' },
    { id: 'b', displayName: 'Same' },
    { id: 'c', displayName: 'Other' },
  ];
  const text = findTool(CONNECT_TOOLS, 'continue').configFile?.merge(null, createConnection({ models, model: 'c' }));
  const { models: written } = parseYaml(text ?? '') as { models: { name: string }[] };
  expect(written.map(({ name }) => name)).toEqual(['Portside: Other', 'Portside: Same (a)', 'Portside: Same (b)']);
});
