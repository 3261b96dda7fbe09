import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAccessTokens } from '../../../../src/credentials/access-tokens/create-access-tokens.ts';
import { type EditorConnect, createEditorConnect } from '../../../../src/extension/connect/editor-connect.ts';
import { createToolTokenSecrets } from '../../../../src/extension/connect/tool-token-secrets.ts';
import type { GatewayState } from '../../../../src/host/gateway-state.ts';
import { createMemoryAccessTokenStore } from '../../../../src/storage/memory-access-token-store.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';
import { english } from '../english.ts';
import { createMemorySecretStorage } from '../memory-secret-storage.ts';
import { STATES, running } from '../states.ts';

const editor = vi.hoisted(() => ({
  settings: new Map<string, unknown>(),
  clipboard: '',
  /** What a modal question is answered with. */
  answers: [] as (string | undefined)[],
  questions: [] as string[],
  /** Both sides of each difference that was shown. */
  differences: [] as (readonly [string, string])[],
  openDiffs: 0,
  onQuestion: (): void => undefined,
}));
vi.mock('vscode', () => {
  let provide: (uri: unknown) => string = () => '';
  const ask = async (message: string): Promise<string | undefined> => {
    editor.questions.push(message);
    editor.onQuestion();
    return editor.answers.shift();
  };
  class TabInputTextDiff {
    readonly modified: unknown;
    constructor(modified: unknown) {
      this.modified = modified;
    }
  }
  const tabs: { input: TabInputTextDiff }[] = [];
  return {
    TabInputTextDiff,
    Uri: {
      from: ({ scheme, path: uriPath }: { scheme: string; path: string }) => ({
        toString: () => `${scheme}:${uriPath}`,
      }),
    },
    commands: {
      async executeCommand(command: string, left: unknown, right: unknown) {
        if (command !== 'vscode.diff') throw new Error(`Unexpected command ${command}`);
        editor.differences.push([provide(left), provide(right)]);
        tabs.push({ input: new TabInputTextDiff(right) });
        editor.openDiffs = tabs.length;
      },
    },
    env: {
      clipboard: {
        async writeText(text: string) {
          editor.clipboard = text;
        },
      },
    },
    l10n: { t: (...args: Parameters<typeof english.t>) => english.t(...args) },
    window: {
      setStatusBarMessage: () => undefined,
      showInformationMessage: ask,
      showWarningMessage: ask,
      showErrorMessage: ask,
      tabGroups: {
        get all() {
          return [{ tabs }];
        },
        async close(closed: readonly { input: TabInputTextDiff }[]) {
          for (const tab of closed) tabs.splice(tabs.indexOf(tab), 1);
          editor.openDiffs = tabs.length;
        },
      },
    },
    workspace: {
      getConfiguration: () => ({ get: (name: string) => editor.settings.get(name) }),
      registerTextDocumentContentProvider(
        _: string,
        provider: { provideTextDocumentContent: (uri: unknown) => string },
      ) {
        provide = (uri) => provider.provideTextDocumentContent(uri);
        return { dispose: () => undefined };
      },
    },
  };
});

const TOOL = { toolId: 'opencode', model: 'composer-2.5' };
const TOKEN = /portside_[\w-]{43}/;

const endings: (() => void)[] = [];
beforeEach(() => {
  Object.assign(editor, { clipboard: '', answers: [], questions: [], differences: [], openDiffs: 0 });
  editor.onQuestion = () => undefined;
  editor.settings.clear();
  editor.settings.set('defaultModel', 'composer-2.5');
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const end of endings.splice(0)) end();
});

const createHarness = (state: GatewayState = STATES.idle) => {
  // The tool's configuration has to hold its token.
  const folder = createTemporaryFolder({ isScanned: false });
  const home = folder.join('home');
  mkdirSync(home);
  vi.stubEnv('HOME', home);
  vi.stubEnv('USERPROFILE', home);
  vi.stubEnv('XDG_CONFIG_HOME', undefined);
  const tokens = createAccessTokens({
    store: createMemoryAccessTokenStore(),
    logger: createMemoryLogger(),
    ownToken: null,
  });
  const secrets = createMemorySecretStorage();
  const connected = vi.fn();
  const connect: EditorConnect = createEditorConnect({
    server: { state, listModels: async () => [{ id: 'auto', displayName: 'Auto', aliases: [], parameters: [] }] },
    services: {
      open: () => Promise.resolve({ openTokens: async () => ({ tokens }) } as never),
    },
    resolveBaseUrl: async (baseUrl) => baseUrl,
    toolTokens: createToolTokenSecrets(secrets),
    folder: folder.join('storage'),
    onDidChange: () => undefined,
    onConnected: connected,
  });
  endings.push(
    () => connect.dispose(),
    () => tokens.close(),
    () => folder.remove(),
  );
  const file = path.join(home, '.config/opencode/opencode.json');
  const readFile = (): string => readFileSync(file, 'utf8');
  return { connect, tokens, secrets, file, readFile, connected };
};

const writeBefore = (file: string, text: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};

describe('connecting a tool in the editor', () => {
  it.each([
    ['idle', null],
    ['otherWindow', null],
    ['stopped', /Start the server first/],
    ['starting', /is starting/],
    ['portInUse', /Start the server first/],
    ['commandLine', /the command line in work.*Take over/],
  ] as const)('%s: %s', async (name, obstacle) => {
    const { connect } = createHarness(STATES[name]);
    const model = await connect.read();
    expect(model.tools.length).toBeGreaterThan(10);
    expect(model.defaultModel).toBe('composer-2.5');
    if (obstacle === null) {
      expect(model.obstacle).toBeNull();
    } else {
      expect(model.obstacle).toMatch(obstacle);
      await expect(connect.requests.getGuide(TOOL)).rejects.toMatchObject({ message: expect.stringMatching(obstacle) });
    }
  });

  it('shows the steps with a mask, and makes no token for that', async () => {
    const { connect, tokens, file } = createHarness();
    const guide = await connect.requests.getGuide(TOOL);
    expect(guide).toMatchObject({ toolId: 'opencode', configFile: '~/.config/opencode/opencode.json', canUndo: false, needsDockerAccess: false });
    expect(JSON.stringify(guide.steps)).toContain('127.0.0.1:8765');
    expect(JSON.stringify(guide.steps)).not.toMatch(TOKEN);
    expect(tokens.list()).toEqual([]);
  });

  it('gives a container its own address, and says where the server does not let it in', async () => {
    const { connect } = createHarness();
    const asked = { toolId: 'open-webui', model: 'auto' };
    editor.settings.set('host', '127.0.0.1');
    const guide = await connect.requests.getGuide(asked);
    expect(JSON.stringify(guide.steps)).toContain('host.docker.internal:8765/v1');
    expect(guide.needsDockerAccess).toBe(true);
    editor.settings.set('host', '0.0.0.0').set('allowedHosts', ['host.docker.internal']);
    expect(await connect.requests.getGuide(asked)).toMatchObject({ needsDockerAccess: false });
  });

  it('copies a step with a token of its own, the same each time', async () => {
    const { connect, tokens, secrets, connected } = createHarness();
    await connect.requests.copySnippet({ ...TOOL, step: 0 });
    const [first] = TOKEN.exec(editor.clipboard) ?? [];
    await connect.requests.copySnippet({ ...TOOL, step: 0 });
    expect(TOKEN.exec(editor.clipboard)?.[0]).toBe(first);
    expect(await tokens.check(first ?? '')).toMatchObject({ status: 'accepted', client: { tokenName: 'OpenCode' } });
    expect([...secrets.values.keys()]).toEqual(['portside.toolToken.opencode']);
    expect(connected).toHaveBeenCalled();
  });

  it('makes another token after that one was revoked, and forgets it', async () => {
    const { connect, tokens, secrets } = createHarness();
    await connect.requests.copySnippet({ ...TOOL, step: 0 });
    const before = editor.clipboard;
    tokens.revoke('OpenCode');
    await createToolTokenSecrets(secrets).forgetRevoked(tokens);
    expect([...secrets.values.keys()]).toEqual([]);
    await connect.requests.copySnippet({ ...TOOL, step: 0 });
    expect(editor.clipboard).not.toBe(before);
  });

  it('writes after it has shown the difference without a token, and undoes it', async () => {
    const { connect, file, readFile } = createHarness();
    const before = '{\n  "theme": "mine"\n}\n';
    writeBefore(file, before);
    editor.answers = ['Write'];
    const change = await connect.requests.writeConfig(TOOL);
    expect(change).toMatchObject({ status: 'done', message: expect.stringContaining(file) });
    expect(readFile()).toMatch(TOKEN);
    expect(JSON.parse(readFile())).toMatchObject({ theme: 'mine' });
    const [[left, right] = []] = editor.differences;
    expect(left).toBe(before);
    expect(right).toContain('"theme": "mine"');
    expect(right).toContain('••••');
    expect(editor.differences.flat().join('')).not.toMatch(TOKEN);
    expect(editor.openDiffs).toBe(0);
    expect(await connect.requests.getGuide(TOOL)).toMatchObject({ canUndo: true });
    expect(await connect.requests.undoConfig({ toolId: 'opencode' })).toMatchObject({ status: 'done' });
    expect(readFile()).toBe(before);
    expect(await connect.requests.getGuide(TOOL)).toMatchObject({ canUndo: false });
  });

  it('shows no token that is in the file already', async () => {
    const { connect } = createHarness();
    editor.answers = ['Write', undefined];
    await connect.requests.writeConfig(TOOL);
    await connect.requests.writeConfig({ ...TOOL, model: 'auto' });
    expect(editor.differences).toHaveLength(2);
    expect(editor.differences.flat().join('')).not.toMatch(TOKEN);
  });

  it('writes nothing where the user does not want it', async () => {
    const { connect, file } = createHarness();
    editor.answers = [undefined];
    expect(await connect.requests.writeConfig(TOOL)).toMatchObject({ status: 'declined' });
    expect(existsSync(file)).toBe(false);
    expect(editor.openDiffs).toBe(0);
  });

  it('writes nothing where the file has changed while it was asked', async () => {
    const { connect, file, readFile } = createHarness();
    editor.answers = ['Write'];
    editor.onQuestion = () => writeBefore(file, '{}');
    expect(await connect.requests.writeConfig(TOOL)).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('changed'),
    });
    expect(readFile()).toBe('{}');
  });

  it('writes nothing into a file that it does not understand', async () => {
    const { connect, file, readFile } = createHarness();
    writeBefore(file, 'not json');
    expect(await connect.requests.writeConfig(TOOL)).toMatchObject({ status: 'failed' });
    expect(readFile()).toBe('not json');
    expect(editor.questions).toEqual([]);
  });

  it.each([
    [undefined, 'declined', 'changed by hand'],
    ['Undo Anyway', 'done', null],
  ] as const)('asks before it undoes over a change by hand: %s', async (answer, status, left) => {
    const { connect, file, readFile } = createHarness();
    editor.answers = ['Write', answer];
    await connect.requests.writeConfig(TOOL);
    writeFileSync(file, 'changed by hand');
    expect(await connect.requests.undoConfig({ toolId: 'opencode' })).toMatchObject({ status });
    expect(existsSync(file) ? readFile() : null).toBe(left);
  });

  it.each<readonly [string, (requests: EditorConnect['requests']) => Promise<unknown>]>([
    ['nothing to undo', (requests) => requests.undoConfig({ toolId: 'opencode' })],
    ['a tool without a file', (requests) => requests.writeConfig({ toolId: 'curl', model: 'auto' })],
    ['an unknown tool', (requests) => requests.writeConfig({ toolId: 'unknown', model: 'auto' })],
  ])('says why it is not possible: %s', async (_, ask) => {
    const { connect } = createHarness();
    const outcome = await ask(connect.requests).catch((error: unknown) => ({
      status: 'failed',
      message: String(error),
    }));
    expect(outcome).toMatchObject({ status: 'failed', message: expect.stringMatching(/\w{5}/) });
  });

  it('tests with one request to its own server', async () => {
    const asked: { url: string | undefined; authorization: string | undefined }[] = [];
    const server = createServer((request, response) => {
      asked.push({ url: request.url, authorization: request.headers.authorization });
      request.resume().on('end', () => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            id: 'c',
            object: 'chat.completion',
            created: 1,
            model: 'composer-2.5',
            choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello from here' } }],
          }),
        );
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    endings.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { connect, tokens } = createHarness(running({ port, baseUrl: `http://127.0.0.1:${port}/v1` }));
    const result = await connect.requests.testTool({ toolId: 'curl', model: 'composer-2.5' });
    expect(result).toMatchObject({ status: 'answered', answer: 'Hello from here', model: 'composer-2.5' });
    expect(asked).toHaveLength(1);
    expect(await tokens.check(asked[0]?.authorization?.replace('Bearer ', '') ?? '')).toMatchObject({
      status: 'accepted',
    });
  });

  it('says why a test has failed', async () => {
    const { connect } = createHarness(running({ port: 1, baseUrl: 'http://127.0.0.1:1/v1' }));
    expect(await connect.requests.testTool({ toolId: 'curl', model: 'auto' })).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });

  it('says that the certificate cannot be read', async () => {
    editor.settings.set('tlsCertificatePath', '/nowhere/certificate.pem');
    const { connect } = createHarness(running({ port: 1, baseUrl: 'https://127.0.0.1:1/v1' }));
    expect(await connect.requests.testTool({ toolId: 'curl', model: 'auto' })).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('/nowhere/certificate.pem'),
    });
  });
});
