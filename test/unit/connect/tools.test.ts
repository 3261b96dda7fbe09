import { spawnSync } from 'node:child_process';
import { transformSync } from 'esbuild';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { english } from '../../../src/cli/connect/english.ts';
import type { ConnectSnippet } from '../../../src/connect/connect-tool.ts';
import { CONNECT_TOOLS, MASK, maskToken, toContainerConnection, toToolConnection } from '../../../src/connect/main.ts';
import { createConnection, findTool, TOKEN } from './connections.ts';

const tools = CONNECT_TOOLS.map((tool) => [tool.id, tool] as const);

const runChecker = (command: string, args: readonly string[], input: string): string => {
  const { status, stderr } = spawnSync(command, args, { input, encoding: 'utf8' });
  return status === 0 ? '' : stderr || String(status);
};

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Throws where a text is not of its language. */
const CHECKS: Readonly<Record<ConnectSnippet['language'], (text: string) => void>> = {
  json: (text) => JSON.parse(text),
  jsonc: (text) => JSON.parse(text),
  yaml: (text) => parseYaml(text, { strict: true }),
  toml: (text) => parseToml(text),
  shell: (text) => expect(runChecker('sh', ['-n'], text)).toBe(''),
  python: (text) => {
    if (hasPython) expect(runChecker('python3', ['-c', 'import ast,sys; ast.parse(sys.stdin.read())'], text)).toBe('');
  },
  typescript: (text) => transformSync(text, { loader: 'ts', format: 'esm' }),
  text: (text) => expect(text).not.toContain('\n'),
};

test('ids and names are told apart', () => {
  const ids = CONNECT_TOOLS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(CONNECT_TOOLS.map(({ name }) => name)).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z][a-z0-9-]*$/.test(id))).toEqual([]);
});

describe.each(tools)('%s', (_id, tool) => {
  const connection = tool.runsInContainer ? toContainerConnection(createConnection()) : createConnection();
  const steps = tool.steps(connection, english);
  const pasted = steps.map(({ snippet }) => snippet?.text ?? '').join('\n');

  test('says what it is and what to do', () => {
    expect(tool.describe(english)).toMatch(/^[A-Z].*[^.]$/);
    expect(steps.length).toBeGreaterThan(1);
    for (const { text } of steps) expect(text).toMatch(/^[A-Z].*\.$/s);
    expect(steps.filter(({ text }) => /\{\d\}/.test(text))).toEqual([]);
  });

  test('has the address, the token and the model in what is to be pasted', () => {
    expect(pasted).toContain(new URL(connection.baseUrl).host);
    expect(pasted).toContain(TOKEN);
    expect(pasted).toContain('claude-sonnet-4.5');
    expect(steps.filter(({ text }) => text.includes(TOKEN))).toEqual([]);
  });

  test('shows the mask wherever the token would be, and nothing else differs', () => {
    const masked = tool.steps({ ...connection, token: MASK }, english);
    expect(JSON.stringify(masked)).not.toContain(TOKEN);
    const count = (text: string, part: string) => text.split(part).length - 1;
    const all = (some: typeof steps) => some.map(({ text, snippet }) => `${text}\n${snippet?.text ?? ''}`).join('\n');
    expect(count(all(masked), MASK)).toBe(count(all(steps), TOKEN));
    expect(all(masked)).toBe(maskToken(all(steps), TOKEN));
  });

  test.each(steps.flatMap(({ snippet }, index) => (snippet === null ? [] : [[index + 1, snippet] as const])))(
    'step %d is of its language',
    (_index, { language, text }) => {
      expect(text).toBe(text.trim());
      CHECKS[language](text);
    },
  );

  test('keeps the token out of commands that run', () => {
    const commands = steps.flatMap(({ snippet }) => (snippet?.language === 'shell' ? [snippet.text] : []));
    expect(commands.filter((text) => text.includes(TOKEN) && !text.startsWith('export '))).toEqual([]);
  });

  test('asks with the token and the chosen model', () => {
    const probe = tool.probe(createConnection());
    expect(probe.headers['Authorization']).toBe(`Bearer ${TOKEN}`);
    expect(JSON.stringify(probe.body)).toContain('claude-sonnet-4.5');
    expect(JSON.stringify(probe.body)).not.toContain(TOKEN);
    expect(probe.path).toMatch(/\/(?:chat\/completions|responses|messages(?:\?beta=true)?|api\/chat)$/);
  });
});

test.runIf(hasPython)('Python is checked by Python', () => {
  expect(() => CHECKS.python('import =')).toThrow();
});

test.each([
  ['http://127.0.0.1:8765/v1', 'http://host.docker.internal:8765/v1'],
  ['https://[::1]:9000/v1', 'https://host.docker.internal:9000/v1'],
])('%s is %s in a container', (baseUrl, expected) => {
  expect(toContainerConnection(createConnection({ baseUrl })).baseUrl).toBe(expected);
});

test.each(['open-webui', 'librechat', 'litellm'])('%s in a container is let in first', (id) => {
  const tool = findTool(CONNECT_TOOLS, id);
  expect(tool.runsInContainer).toBe(true);
  const text = (connection: ReturnType<typeof createConnection>) => JSON.stringify(tool.steps(connection, english));
  expect(text(toContainerConnection(createConnection()))).toMatch(
    /serve --docker.*host\.docker\.internal:host-gateway/,
  );
  expect(text(createConnection())).not.toMatch(/docker\.internal|serve --docker/);
});

test.each([
  ['linux', {}, '/home/ada/.config/zed/settings.json'],
  ['linux', { XDG_CONFIG_HOME: '/xdg' }, '/xdg/zed/settings.json'],
  ['darwin', { XDG_CONFIG_HOME: '/xdg' }, '/home/ada/.config/zed/settings.json'],
] as const)('%s: the settings of Zed', (platform, variables, expected) => {
  const { configFile } = findTool(CONNECT_TOOLS, 'zed');
  expect(configFile?.find({ platform, homeFolder: '/home/ada', variables })).toBe(expected);
});

test.each([
  ['linux', {}, '/home/ada/.codex/config.toml'],
  ['darwin', { CODEX_HOME: '/elsewhere' }, '/elsewhere/config.toml'],
  ['linux', { CODEX_HOME: 'below' }, '/home/ada/.codex/config.toml'],
] as const)('%s, %j: the settings of Codex', (platform, variables, expected) => {
  const { configFile } = findTool(CONNECT_TOOLS, 'codex');
  expect(configFile?.find({ platform, homeFolder: '/home/ada', variables })).toBe(expected);
});

test.each([
  ['linux', {}, '/home/ada/.claude/settings.json'],
  ['darwin', { CLAUDE_CONFIG_DIR: '/elsewhere' }, '/elsewhere/settings.json'],
  ['linux', { CLAUDE_CONFIG_DIR: 'below' }, '/home/ada/.claude/settings.json'],
] as const)('%s, %j: the settings of Claude Code', (platform, variables, expected) => {
  const { configFile } = findTool(CONNECT_TOOLS, 'claude-code');
  expect(configFile?.find({ platform, homeFolder: '/home/ada', variables })).toBe(expected);
});

test('tools for Ollama that cannot be told an address or a token are told what else there is', () => {
  const tool = findTool(CONNECT_TOOLS, 'ollama');
  const show = (isEditor: boolean) => JSON.stringify(tool.steps(createConnection(), english, { isEditor }));
  expect(show(false)).toMatch(/portside serve --ollama-port 11434.*PORTSIDE_REQUIRE_TOKEN/);
  expect(show(true)).toMatch(/portside\.ollamaPort.*portside\.requireToken/);
});

test('VS Code Chat: no step saves the token before Settings Sync ignores it', () => {
  const steps = findTool(CONNECT_TOOLS, 'vscode-chat').steps(createConnection(), english);
  const withToken = steps.filter(({ snippet }) => snippet?.text.includes(TOKEN));
  expect(withToken.map(({ snippet }) => JSON.parse(snippet?.text ?? ''))).toEqual([
    expect.objectContaining({ 'settingsSync.ignoredSettings': ['ollama.headers'] }),
  ]);
});

test('Claude Code: in PowerShell, values stand in quotation marks', () => {
  const texts = findTool(CONNECT_TOOLS, 'claude-code').steps(createConnection(), english);
  expect(texts.map(({ text }) => text).find((text) => text.includes('PowerShell'))).toContain(
    '$env:ANTHROPIC_BASE_URL = "…"',
  );
});

test.each([
  ['claude-code', 'C:\\Users\\Ada\\.claude\\settings.json'],
  ['codex', 'C:\\Users\\Ada\\.codex\\config.toml'],
  ['opencode', 'C:\\Users\\Ada\\.config\\opencode\\opencode.json'],
  ['continue', 'C:\\Users\\Ada\\.continue\\config.yaml'],
  ['zed', 'C:\\Users\\Ada\\AppData\\Roaming\\Zed\\settings.json'],
  ['librechat', null],
  ['litellm', null],
])('Windows: the file of %s', (id, expected) => {
  const environment = { platform: 'win32', homeFolder: 'C:\\Users\\Ada', variables: {} } as const;
  expect(findTool(CONNECT_TOOLS, id).configFile?.find(environment)).toBe(expected);
});

describe.each(tools)('%s in a container and not', (_id, tool) => {
  const inside = toToolConnection(tool, createConnection(), true);
  const outside = toToolConnection(tool, createConnection(), false);
  const show = (connection: typeof inside, options = {}) => JSON.stringify(tool.steps(connection, english, options));

  test('it is taken to be where it usually runs', () => {
    expect(toToolConnection(tool, createConnection())).toEqual(tool.runsInContainer ? inside : outside);
  });

  test('in one, the container is let in first and learns the name of its machine', () => {
    expect(tool.steps(inside, english)[0]).toMatchObject({
      text: expect.stringMatching(/^Let containers/),
      snippet: { text: 'portside serve --docker' },
    });
    expect(show(inside)).toContain('host.docker.internal:host-gateway');
    const next = tool.configFile?.describeNext(english, { connection: inside });
    if (next !== undefined)
      expect(next).toMatch(/^Let containers .*serve --docker.*--add-host=host\.docker\.internal:host-gateway/);
  });

  test('in the editor, there is no command line', () => {
    expect(tool.steps(inside, english, { isEditor: true })[0]).toMatchObject({
      text: expect.stringContaining('Portside: Allow Docker Containers'),
      snippet: null,
    });
    expect(show(inside, { isEditor: true })).not.toContain('portside serve');
    const next = tool.configFile?.describeNext(english, { connection: inside, isEditor: true });
    if (next !== undefined) expect(next).not.toContain('portside serve');
  });

  test('outside of one, nothing is said of containers', () => {
    expect(show(outside)).not.toMatch(/docker|container/i);
    expect(tool.configFile?.describeNext(english, { connection: outside }) ?? '').not.toMatch(/docker|host-gateway/i);
  });

  test.each(tool.steps(outside, english).flatMap(({ snippet }) => (snippet === null ? [] : [snippet])))(
    'outside, what is to be pasted is of its language: $language',
    ({ language, text }) => CHECKS[language](text),
  );
});
