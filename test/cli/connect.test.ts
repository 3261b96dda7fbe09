import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONNECT_TOOLS } from '../../src/connect/main.ts';
import { CLI_FILE, runCli } from '../support/portside-cli.ts';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { findFreePort } from '../support/free-port.ts';

const TOKEN = /portside_[\w-]{43}/;

/** Folders of a user of their own, of whom nothing is left that a token may not be in. */
const createUser = (home?: string) => {
  const folder = createTemporaryFolder({ isScanned: false });
  const userHome = folder.join('user');
  mkdirSync(userHome);
  const portsideHome = home ?? folder.join('home');
  return {
    userHome,
    home: portsideHome,
    join: (...names: string[]) => path.join(userHome, ...names),
    run: (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
      runCli(['connect', ...args], { home: portsideHome, env: { HOME: userHome, ...env } }),
    /** The names of all access tokens. */
    tokens: async (): Promise<readonly string[]> => {
      const { stdout } = await runCli(['token', 'list', '--json'], { home: portsideHome });
      return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
    },
    [Symbol.dispose]: folder.remove,
  };
};

test('without a tool, it lists them', async () => {
  using user = createUser();
  const { code, stdout, stderr } = await user.run([]);
  expect([code, stderr]).toEqual([0, '']);
  for (const { id, name } of CONNECT_TOOLS) expect(stdout).toMatch(new RegExp(`^${id} +${name}`, 'm'));
  const listed = JSON.parse((await user.run(['--json'])).stdout) as { id: string }[];
  expect(listed.map(({ id }) => id)).toEqual(CONNECT_TOOLS.map(({ id }) => id));
  expect(existsSync(user.home)).toBe(false);
});

test.each([
  [['nothing'], /no tool "nothing"\. There are: opencode, /],
  [['--write'], /Say which tool/],
  [['opencode', '--yes'], /--yes needs --write/],
  [['opencode', '--file', 'x.json'], /--file needs --write or --undo/],
  [['--model', 'gpt-5.1'], /Say which tool/],
  [['--no-docker'], /Say which tool/],
  [['opencode', '--undo', '--test'], /--undo goes alone/],
  [['opencode', '--write'], /nobody to ask.*--yes/],
  [['cline', '--write', '--yes'], /Cline has no file that could be written/],
  [['librechat', '--write', '--yes'], /Add --file with its path/],
])('%j is a wrong call', async (args, message) => {
  using user = createUser();
  const { code, stdout, stderr } = await user.run(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(existsSync(path.join(user.home, 'tool-tokens.json'))).toBe(false);
});

test.each([
  ['opencode', 'portside connect opencode --write', /opencode\.json by itself/],
  ['claude-code', 'portside connect claude-code --write', /settings\.json by itself/],
  ['codex', 'portside connect codex --write', /config\.toml by itself/],
  ['librechat', 'portside connect librechat --write --file <path to librechat.yaml>', /librechat\.yaml by itself/],
  ['litellm', 'portside connect litellm --write --file <path to config.yaml>', /config\.yaml by itself/],
])('%s: the command that is shown writes', async (id, command, what) => {
  using user = createUser();
  const { stdout } = await user.run([id]);
  expect(stdout).toMatch(what);
  expect(stdout).toContain(`\`${command}\``);
  const args = command.replace(/<path to (.*)>/, (_all, name: string) => user.join(name)).split(' ');
  expect(await user.run([...args.slice(2), '--yes'])).toMatchObject({ code: 0 });
});

describe('where nothing serves', () => {
  test('the settings are those of the server to come, with a token that it will take', async () => {
    using user = createUser();
    const { code, stdout, stderr } = await user.run(['openai-node', '--model', 'gpt-5.1'], { PORTSIDE_PORT: '9123' });
    expect(code).toBe(0);
    expect(stderr).toMatch(/No Portside serves now.*http:\/\/127\.0\.0\.1:9123\/v1/);
    expect(stderr).not.toMatch(TOKEN);
    expect(stdout).toContain('"http://127.0.0.1:9123/v1"');
    expect(stdout).toContain('"gpt-5.1"');
    const [token] = TOKEN.exec(stdout) ?? [];
    const port = await findFreePort();
    await using portside = await startPortside({
      home: user.home,
      firstArgs: ['serve', '--port', String(port), '--json'],
    });
    const response = await fetch(`${portside.baseUrl}/models`, { headers: { Authorization: `Bearer ${token}` } });
    expect(response.status).toBe(200);
  });

  test('a test says that nothing answers', async () => {
    using user = createUser();
    const port = String(await findFreePort());
    const { code, stdout, stderr } = await user.run(['curl', '--test'], { PORTSIDE_PORT: port });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/Nothing answers at http:\/\/127\.0\.0\.1:\d+\. Start Portside/);
    expect(await user.tokens()).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('a folder in which nothing can be kept is an end at once', async () => {
    using user = createUser('/proc/nope');
    const { code, stderr } = await user.run(['curl']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/No files can be kept in \/proc\/nope\. Set PORTSIDE_HOME/),
    ]);
  });

  test.runIf(process.platform !== 'win32')(
    'a reader that goes away does not stop the write, and leaves no trace',
    async () => {
      using user = createUser();
      const file = user.join('settings.json');
      const port = String(await findFreePort());
      const { stderr } = await runCli(['connect', 'opencode', '--write', '--yes', '--file', file], {
        home: user.home,
        env: { HOME: user.userHome, PORTSIDE_PORT: port },
        // A shell waits for all parts of a pipe.
        command: ['/bin/sh', '-c', '{ "$0" "$@"; echo "code $?" >&2; } | true', process.execPath, CLI_FILE],
      });
      expect(stderr).toMatch(/^code 0$/m);
      expect(stderr).not.toMatch(/EPIPE|Unhandled|\bat /);
      expect(existsSync(file)).toBe(true);
      expect(await user.run(['opencode', '--undo', '--file', file])).toMatchObject({ code: 0 });
      expect(existsSync(file)).toBe(false);
    },
  );
});

describe('where a server runs', () => {
  let portside: PortsideProcess;
  beforeAll(async () => {
    portside = await startPortside();
  });
  afterAll(() => portside[Symbol.asyncDispose]());

  test("one that is not this command's is told from none", async () => {
    using user = createUser();
    const { port } = new URL(portside.url);
    const run = (token: NodeJS.ProcessEnv = {}) => user.run(['curl', '--test'], { PORTSIDE_PORT: port, ...token });
    const foreign = await run();
    expect(foreign.stderr).toMatch(/is none of this command's: another PORTSIDE_HOME or another user has it/);
    expect(foreign.stderr).not.toContain('No Portside serves now');
    expect([foreign.code, await user.tokens()]).toEqual([1, []]);
    expect(await run({ PORTSIDE_TOKEN: portside.token })).toMatchObject({ code: 0, stderr: '' });
    const wrong = await run({ PORTSIDE_TOKEN: 'some-other-token' });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('the access token in PORTSIDE_TOKEN') });
  });

  const createNeighbour = () => createUser(portside.home);

  test('each tool has one token of its own, which stays', async () => {
    using user = createNeighbour();
    const read = async (id: string) => JSON.parse((await user.run([id, '--json'])).stdout) as Record<string, string>;
    const first = await read('opencode');
    expect(first).toMatchObject({ baseUrl: portside.baseUrl, model: 'composer-2.5', isServing: true });
    expect(await read('opencode')).toEqual(first);
    const other = await read('zed');
    expect(other['token']).toMatch(TOKEN);
    expect(new Set([first['token'], other['token'], portside.token]).size).toBe(3);
    const listed = await runCli(['token', 'list', '--json'], { home: portside.home });
    const names = (JSON.parse(listed.stdout) as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['OpenCode', 'Zed']));
    expect((statSync(path.join(portside.home, 'tool-tokens.json')).mode & 0o777).toString(8)).toBe('600');
    await runCli(['token', 'revoke', 'Zed'], { home: portside.home });
    expect((await read('zed'))['token']).not.toBe(other['token']);
  });

  test('the model is checked', async () => {
    using user = createNeighbour();
    const { code, stdout, stderr } = await user.run(['curl', '--model', 'gpt-0']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/no model "gpt-0"\. It has: composer-2\.5, /);
    const chosen = await user.run(['curl', '--model', 'gpt-5.1']);
    expect(chosen.stdout).toContain('gpt-5.1');
  });

  test.each(CONNECT_TOOLS.map(({ id }) => id))('%s: its test is answered', async (id) => {
    using user = createNeighbour();
    const { code, stdout, stderr } = await user.run([id, '--test', '--json']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).not.toMatch(TOKEN);
    expect(JSON.parse(stdout)).toMatchObject({
      answer: expect.stringContaining('simulator'),
      model: expect.stringMatching(/^composer-2\.5/),
      durationMs: expect.any(Number),
    });
  });

  test('a container gets an address that is right from in there', async () => {
    using user = createNeighbour();
    const { port } = new URL(portside.baseUrl);
    expect((await user.run(['open-webui'])).stdout).toContain(`http://host.docker.internal:${port}/v1`);
    expect((await user.run(['opencode'])).stdout).not.toContain('docker');
    const inside = (await user.run(['opencode', '--docker'])).stdout;
    expect(inside).toContain(`http://host.docker.internal:${port}/open`);
    expect(inside).toMatch(
      /1\. Let containers.*portside serve --docker.*--add-host=host\.docker\.internal:host-gateway/s,
    );
    const outside = (await user.run(['litellm', '--no-docker'])).stdout;
    expect(outside).toContain(`http://127.0.0.1:${port}/v1`);
    expect(outside).not.toContain('docker');
    const file = user.join('litellm.yaml');
    const written = await user.run(['litellm', '--write', '--yes', '--file', file]);
    expect(written.stdout).toMatch(/^Let containers .*serve --docker.*--add-host/m);
    expect(readFileSync(file, 'utf8')).toContain('host.docker.internal');
  });

  test('a file is written, with a difference that shows no token, and taken back', async () => {
    using user = createNeighbour();
    const file = user.join('.config', 'opencode', 'opencode.jsonc');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '{\n  // Mine\n  "theme": "system"\n}\n');
    const written = await user.run(['opencode', '--write', '--yes', '--test']);
    expect(written.code).toBe(0);
    expect(`${written.stdout}${written.stderr}`).not.toMatch(TOKEN);
    expect(written.stdout).toMatch(/^\+ +"apiKey": "portside_•+"$/m);
    expect(written.stdout).toMatch(/^ {3}\/\/ Mine$/m);
    expect(written.stdout).toMatch(/answered after .*simulator/s);
    const backup = /What was there before is in (.*)\.$/m.exec(written.stdout)?.[1] ?? '';
    expect(readFileSync(backup, 'utf8')).toContain('// Mine');
    expect(readFileSync(file, 'utf8')).toMatch(TOKEN);
    expect(readFileSync(file, 'utf8')).toContain(portside.url);

    const again = await user.run(['opencode', '--write', '--yes', '--json']);
    expect(JSON.parse(again.stdout)).toEqual({ file, isWritten: false, backup: null });
    const both = await user.run(['opencode', '--write', '--yes', '--test', '--json']);
    expect(JSON.parse(both.stdout)).toMatchObject({ file, isWritten: false, answer: expect.any(String) });

    writeFileSync(file, `${readFileSync(file, 'utf8')}\n`);
    const refused = await user.run(['opencode', '--undo']);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/was changed since.*--force to go on all the same/);
    const undone = await user.run(['opencode', '--undo', '--force']);
    expect(undone.stdout).toMatch(/is as it was before\. What was undone is in .*\.backup\./);
    expect(readFileSync(file, 'utf8')).toBe('{\n  // Mine\n  "theme": "system"\n}\n');
    expect((await user.run(['opencode', '--undo'])).stderr).toMatch(/Nothing was written for this tool.*undone there/);
  });

  test("Codex's file is written beside what is there, and taken back", async () => {
    using user = createNeighbour();
    const file = user.join('.codex', 'config.toml');
    const before = '# Mine\nmodel = "gpt-5.6-sol"\n\n[mcp_servers.x]\nenv = { API_KEY = "other-SECRET-123" }\n';
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, before);
    const { code, stdout, stderr } = await user.run(['codex', '--write', '--yes', '--test', '--json']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^\+experimental_bearer_token = "portside_•+"$/m),
    });
    expect(`${stdout}${stderr}`).not.toMatch(/SECRET|portside_[\w-]{43}/);
    expect(JSON.parse(stdout)).toMatchObject({ file, isWritten: true, answer: expect.stringContaining('simulator') });
    const written = readFileSync(file, 'utf8');
    expect(written.startsWith(before)).toBe(true);
    expect(written.slice(before.length)).toMatch(
      /^\n\[model_providers\.portside\]\nname = "Portside"\nbase_url = "http:\/\/127\.0\.0\.1:\d+\/v1"\n(?:\w+ = .+\n){3}$/,
    );
    expect(await user.run(['codex', '--undo'])).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('keys of others are masked on the screen, and stay in the file', async () => {
    using user = createNeighbour();
    const file = user.join('opencode.json');
    writeFileSync(file, '{\n  "provider": {\n    "other": { "options": { "apiKey": "other-SECRET-123" } }\n  }\n}\n');
    const { code, stdout, stderr } = await user.run(['opencode', '--write', '--yes', '--json', '--file', file]);
    expect([code, `${stdout}${stderr}`]).toEqual([0, expect.not.stringContaining('SECRET')]);
    expect(stderr).toMatch(/^.*"other".*"apiKey": "•+"/m);
    expect(readFileSync(file, 'utf8')).toContain('"apiKey": "other-SECRET-123"');
  });

  test('a file that cannot be read is left as it is, and no token is made for it', async () => {
    using user = createUser();
    const file = user.join('librechat.yaml');
    writeFileSync(file, 'endpoints: [\n');
    const { code, stdout, stderr } = await user.run(['librechat', '--write', '--yes', '--file', file]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).not.toContain('An access token was made');
    expect(await user.tokens()).toEqual([]);
    expect(stderr).toContain(`${file} was left as it is. It is not valid YAML:`);
    expect(readFileSync(file, 'utf8')).toBe('endpoints: [\n');
  });

  test("the tokens of this command are worth nothing to an editor's window", async () => {
    using user = createUser();
    const instances = path.join(user.home, 'instances');
    mkdirSync(instances, { recursive: true });
    const health = (await (await fetch(`${portside.url}/health`)).json()) as { instance: string };
    const instance = {
      id: health.instance,
      kind: 'editor',
      name: 'notes',
      processId: portside.serverPid,
      dataFolderId: '0123456789abcdef',
      port: Number(new URL(portside.url).port),
      controlToken: 'c'.repeat(43),
      isUnwanted: false,
    };
    writeFileSync(path.join(instances, `${health.instance}.json`), JSON.stringify(instance));
    const stale = { ...instance, id: randomUUID(), kind: 'cli', port: 8765 };
    writeFileSync(path.join(instances, `${stale.id}.json`), JSON.stringify(stale));
    const refused = await user.run(['curl']);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/The window "notes" of the editor serves at .*Connect of the Portside panel/);
    expect(existsSync(path.join(user.home, 'tool-tokens.json'))).toBe(false);

    const given = await user.run(['curl', '--test'], { PORTSIDE_TOKEN: portside.token });
    expect(given).toMatchObject({ code: 0, stdout: expect.stringContaining('simulator') });
    const wrong = await user.run(['curl', '--test'], { PORTSIDE_TOKEN: 'some-other-token' });
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/does not take the access token in PORTSIDE_TOKEN/),
    });
  });
});
