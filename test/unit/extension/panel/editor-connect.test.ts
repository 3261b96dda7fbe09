import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAccessTokens } from '../../../../src/credentials/access-tokens/create-access-tokens.ts';
import { createConfigQuestion } from '../../../../src/extension/connect/config-question.ts';
import { type EditorConnect, createEditorConnect } from '../../../../src/extension/connect/editor-connect.ts';
import { createToolTokenSecrets } from '../../../../src/extension/connect/tool-token-secrets.ts';
import type { GatewayState } from '../../../../src/host/gateway-state.ts';
import { createMemoryAccessTokenStore } from '../../../../src/storage/memory-access-token-store.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';
import { english } from '../english.ts';
import { createMemorySecretStorage } from '../memory-secret-storage.ts';
import { OWN_FOLDER_ID, STATES, running } from '../states.ts';

const editor = vi.hoisted(() => ({
  settings: new Map<string, unknown>(),
  clipboard: '',
  /** What a question is answered with; a message that was put away with `undefined`. */
  answers: [] as (Promise<string> | string | undefined)[],
  questions: [] as string[],
  /** What the status bar has said. */
  remarks: [] as string[],
  /** Both sides of each difference that was shown. */
  differences: [] as (readonly [string, string])[],
  /** The languages of all documents that were opened. */
  languages: [] as string[],
  openDiffs: 0,
  hiddenMessages: 0,
  onQuestion: (): void => undefined,
  closeDiffs: (): void => undefined,
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
  type Tab = { input: TabInputTextDiff };
  const tabs: Tab[] = [];
  const tabListeners = new Set<(event: { closed: readonly Tab[] }) => void>();
  const closeTabs = (closed: readonly Tab[]): void => {
    for (const tab of closed) tabs.splice(tabs.indexOf(tab), 1);
    editor.openDiffs = tabs.length;
    for (const listener of tabListeners) listener({ closed });
  };
  editor.closeDiffs = () => closeTabs([...tabs]);
  return {
    TabInputTextDiff,
    Uri: {
      from: ({ scheme, path: uriPath }: { scheme: string; path: string }) => ({
        toString: () => `${scheme}:${uriPath}`,
      }),
    },
    commands: {
      async executeCommand(command: string, left: unknown, right: unknown) {
        if (command === 'notifications.hideToasts') {
          editor.hiddenMessages += 1;
          return;
        }
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
    languages: {
      async setTextDocumentLanguage(_: unknown, language: string) {
        editor.languages.push(language);
      },
    },
    window: {
      setStatusBarMessage: (text: string) => void editor.remarks.push(text),
      showInformationMessage: ask,
      showWarningMessage: ask,
      showErrorMessage: ask,
      tabGroups: {
        get all() {
          return [{ tabs }];
        },
        async close(closed: readonly Tab[]) {
          closeTabs(closed);
        },
        onDidChangeTabs(listener: (event: { closed: readonly Tab[] }) => void) {
          tabListeners.add(listener);
          return { dispose: () => tabListeners.delete(listener) };
        },
      },
    },
    workspace: {
      openTextDocument: async (uri: unknown) => ({ uri }),
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
  Object.assign(editor, {
    clipboard: '',
    answers: [],
    questions: [],
    remarks: [],
    differences: [],
    languages: [],
    openDiffs: 0,
    hiddenMessages: 0,
  });
  editor.onQuestion = () => undefined;
  editor.settings.clear();
  editor.settings.set('defaultModel', 'composer-2.5');
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const end of endings.splice(0)) end();
});

const createHarness = (state: GatewayState = STATES.idle, forwardedUrl: string | null = null) => {
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
  const configQuestion = createConfigQuestion();
  const connect: EditorConnect = createEditorConnect({
    server: {
      state,
      listModels: async () =>
        state.status === 'running' ? [{ id: 'auto', displayName: 'Auto', aliases: [], parameters: [] }] : [],
    },
    services: {
      open: () =>
        Promise.resolve({
          openTokens: async () => ({ tokens, defaultToken: { read: async () => 'default-token' } }),
        } as never),
    },
    resolveBaseUrl: async (baseUrl) => forwardedUrl ?? baseUrl,
    readForwardedUrl: () => forwardedUrl,
    toolTokens: createToolTokenSecrets(secrets),
    configQuestion,
    folder: folder.join('storage'),
    dataFolderId: OWN_FOLDER_ID,
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
  return { connect, configQuestion, tokens, secrets, file, readFile, connected, root: folder.join('.') };
};

const otherWindowAt = (port: number): GatewayState => ({
  status: 'served-elsewhere',
  baseUrl: `http://127.0.0.1:${port}/v1`,
  port,
  by: { id: '1', kind: 'editor', name: null, processId: 7, dataFolderId: OWN_FOLDER_ID },
});

/** Gives the port. */
const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  endings.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
};

const writeBefore = (file: string, text: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};

describe('connecting a tool in the editor', () => {
  it.each([
    ['idle', null, undefined],
    ['otherWindow', null, undefined],
    ['stopped', /Start the server first/, 'portside.startServer'],
    ['starting', /is starting/, undefined],
    ['portInUse', /Start the server first/, 'portside.startServer'],
    ['commandLine', /the command line in work.*Take over, or use the command/, 'portside.takeOverServer'],
    ['otherEditor', /another window, notes.*another editor.*Take over/, 'portside.takeOverServer'],
    ['unknownPortside', /Another Portside.*choose another port/, undefined],
  ] as const)('%s: %s, taken away by %s', async (name, obstacle, command) => {
    const { connect } = createHarness(STATES[name]);
    const model = await connect.read();
    expect(model.tools.length).toBeGreaterThan(10);
    expect(model.defaultModel).toBe('composer-2.5');
    expect(model.obstacleCommand).toBe(command);
    expect(model.baseUrl).toBe(obstacle === null ? 'http://127.0.0.1:8765/v1' : null);
    if (obstacle === null) {
      expect(model.obstacle).toBeNull();
    } else {
      expect(model.obstacle).toMatch(obstacle);
      await expect(connect.requests.getGuide(TOOL)).rejects.toMatchObject({ message: expect.stringMatching(obstacle) });
    }
  });

  it.each([
    ['idle', 'http://localhost:5000/v1'],
    ['otherWindow', 'http://127.0.0.1:8765/v1'],
  ] as const)('%s: tells the address that guides are made for', async (name, baseUrl) => {
    const { connect } = createHarness(STATES[name], 'http://localhost:5000/v1');
    expect(await connect.read()).toMatchObject({ baseUrl, allowsContainers: false });
    editor.settings.set('host', '0.0.0.0').set('allowedHosts', ['host.docker.internal']);
    expect(await connect.read()).toMatchObject({ allowsContainers: true });
  });

  it('lists the models of the window that serves, once in a while', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'gpt-5', object: 'model', name: 'GPT-5' }] }));
    });
    const port = await listen(server);
    const { connect } = createHarness(otherWindowAt(port));
    const models = [{ id: 'gpt-5', displayName: 'GPT-5' }];
    expect(await connect.read()).toMatchObject({ models });
    expect(await connect.read()).toMatchObject({ models });
    expect(asked).toEqual(['Bearer default-token']);
  });

  it('offers the default model where the window that serves does not answer', async () => {
    const { connect } = createHarness(otherWindowAt(1));
    expect(await connect.read()).toMatchObject({ models: [], obstacle: null });
    expect(await connect.requests.getGuide(TOOL)).toMatchObject({ toolId: 'opencode' });
  });

  it('makes one token where two are asked for at the same time', async () => {
    const { connect, tokens } = createHarness();
    await Promise.all([0, 0].map(async (step) => await connect.requests.copySnippet({ ...TOOL, step })));
    expect(tokens.list().map(({ name }) => name)).toEqual(['OpenCode']);
    expect(await tokens.check(TOKEN.exec(editor.clipboard)?.[0] ?? '')).toMatchObject({ status: 'accepted' });
  });

  it('makes no token for a step without a snippet', async () => {
    const { connect, tokens, secrets } = createHarness();
    await expect(connect.requests.copySnippet({ ...TOOL, step: 99 })).rejects.toMatchObject({ code: 'not_found' });
    expect(tokens.list()).toEqual([]);
    expect(secrets.values.size).toBe(0);
  });

  it('shows the steps with a mask, and makes no token for that', async () => {
    const { connect, tokens } = createHarness();
    const guide = await connect.requests.getGuide(TOOL);
    expect(guide).toMatchObject({
      toolId: 'opencode',
      configFile: '~/.config/opencode/opencode.json',
      canUndo: false,
      isInContainer: false,
      needsDockerAccess: false,
    });
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
    // The editor has a command of its own for that.
    expect(JSON.stringify(guide.steps)).not.toContain('portside serve');
    expect(guide.steps[0]).toMatchObject({ text: expect.stringContaining('Allow Docker Containers'), snippet: null });
    editor.settings.set('host', '0.0.0.0').set('allowedHosts', ['host.docker.internal']);
    expect(await connect.requests.getGuide(asked)).toMatchObject({ needsDockerAccess: false });
  });

  it.each([
    ['open-webui', undefined, true],
    ['open-webui', true, true],
    ['open-webui', false, false],
    ['librechat', false, false],
    ['litellm', false, false],
    ['opencode', undefined, false],
    ['opencode', true, true],
  ])('gives %s the address for where it runs: %s', async (toolId, chosen, isInContainer) => {
    // The user's machine is another one than that of the server and its containers.
    const { connect } = createHarness(STATES.idle, 'http://localhost:5000/v1');
    const asked = { toolId, model: 'auto', ...(chosen !== undefined && { isInContainer: chosen }) };
    const guide = await connect.requests.getGuide(asked);
    expect(guide).toMatchObject({ isInContainer, needsDockerAccess: isInContainer });
    const addresses = [JSON.stringify(guide.steps)];
    const step = guide.steps.findIndex(({ snippet }) => snippet !== null && /:(8765|5000)/.test(snippet.text));
    await connect.requests.copySnippet({ ...asked, step });
    addresses.push(editor.clipboard);
    for (const text of addresses) {
      expect(text.includes('http://host.docker.internal:8765')).toBe(isInContainer);
      expect(text.includes('http://localhost:5000')).toBe(!isInContainer);
    }
  });

  it.each([
    [undefined, '127.0.0.1:8765'],
    [true, 'host.docker.internal:8765'],
  ])('writes the address for where the tool runs: %s', async (chosen, address) => {
    const { connect, readFile } = createHarness();
    editor.answers = ['Write'];
    await connect.requests.writeConfig({ ...TOOL, ...(chosen !== undefined && { isInContainer: chosen }) });
    expect(readFile()).toContain(`"http://${address}/`);
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
    // A language in which the editor looks for no problems.
    expect(editor.languages).toEqual(['jsonl', 'jsonl']);
    expect(await connect.requests.getGuide(TOOL)).toMatchObject({ canUndo: true });
    expect(await connect.requests.undoConfig({ toolId: 'opencode' })).toMatchObject({ status: 'done' });
    expect(readFile()).toBe(before);
    expect(await connect.requests.getGuide(TOOL)).toMatchObject({ canUndo: false });
  });

  it('has nothing to write where everything is there already, and keeps the token', async () => {
    const { connect, tokens } = createHarness();
    editor.answers = ['Write', 'Cancel'];
    await connect.requests.writeConfig(TOOL);
    expect(await connect.requests.writeConfig(TOOL)).toMatchObject({
      status: 'done',
      message: expect.stringContaining('has these settings already'),
    });
    expect(await connect.requests.writeConfig({ ...TOOL, model: 'auto' })).toMatchObject({ status: 'declined' });
    expect(tokens.list()).toHaveLength(1);
  });

  it('shows no token that is in the file already', async () => {
    const { connect } = createHarness();
    editor.answers = ['Write', 'Cancel'];
    await connect.requests.writeConfig(TOOL);
    await connect.requests.writeConfig({ ...TOOL, model: 'auto' });
    expect(editor.differences).toHaveLength(2);
    expect(editor.differences.flat().join('')).not.toMatch(TOKEN);
  });

  it.each<readonly [string, boolean, string | undefined, (harness: ReturnType<typeof createHarness>) => void]>([
    ['Write in the message', true, 'Write', () => undefined],
    ['Cancel in the message', false, 'Cancel', () => undefined],
    ['Write above the difference', true, undefined, ({ configQuestion }) => configQuestion.answer(true)],
    ['Cancel above the difference', false, undefined, ({ configQuestion }) => configQuestion.answer(false)],
    ['the difference is closed', false, undefined, () => editor.closeDiffs()],
    ['the panel is closed', false, undefined, ({ connect }) => connect.dispose()],
  ])('writes only what is wanted: %s', async (_, isWritten, answer, act) => {
    const harness = createHarness();
    const { connect, tokens, secrets, file } = harness;
    editor.answers = [answer];
    const asked = connect.requests.writeConfig(TOOL);
    await vi.waitFor(() => expect(editor.questions).toHaveLength(1));
    act(harness);
    expect(await asked).toMatchObject({ status: isWritten ? 'done' : 'declined' });
    expect(existsSync(file)).toBe(isWritten);
    expect(editor.openDiffs).toBe(0);
    expect(tokens.list()).toHaveLength(isWritten ? 1 : 0);
    expect(secrets.values.size).toBe(isWritten ? 1 : 0);
  });

  it('lets the first answer count, and hides the message that nobody has answered', async () => {
    const { connect, configQuestion, file } = createHarness();
    const message = Promise.withResolvers<string>();
    editor.answers = [message.promise];
    const asked = connect.requests.writeConfig(TOOL);
    await vi.waitFor(() => expect(editor.questions).toHaveLength(1));
    configQuestion.answer(false);
    expect(await asked).toMatchObject({ status: 'declined' });
    expect(editor.hiddenMessages).toBe(1);
    message.resolve('Write');
    await vi.waitFor(() => expect(editor.remarks).toEqual(['This question was answered already']));
    configQuestion.answer(true);
    expect(existsSync(file)).toBe(false);
  });

  it('asks one question at a time', async () => {
    const { connect, file } = createHarness();
    editor.answers = [Promise.withResolvers<string>().promise, 'Write'];
    const first = connect.requests.writeConfig(TOOL);
    await vi.waitFor(() => expect(editor.questions).toHaveLength(1));
    editor.onQuestion = () => expect(editor.openDiffs).toBe(1);
    const second = connect.requests.writeConfig({ ...TOOL, model: 'auto' });
    expect(await first).toMatchObject({ status: 'declined' });
    expect(await second).toMatchObject({ status: 'done' });
    expect(readFileSync(file, 'utf8')).toContain('auto');
  });

  it('writes nothing where the file has changed while it was asked', async () => {
    const { connect, tokens, secrets, file, readFile } = createHarness();
    editor.answers = ['Write'];
    editor.onQuestion = () => writeBefore(file, '{}');
    expect(await connect.requests.writeConfig(TOOL)).toMatchObject({
      status: 'failed',
      message: 'The file has changed in the meantime. Look at the difference again.',
    });
    expect(readFile()).toBe('{}');
    // Made for nothing.
    expect(tokens.list()).toEqual([]);
    expect(secrets.values.size).toBe(0);
  });

  it('writes nothing into a file that it does not understand', async () => {
    const { connect, tokens, file, readFile } = createHarness();
    writeBefore(file, 'not json');
    expect(await connect.requests.writeConfig(TOOL)).toMatchObject({ status: 'failed' });
    expect(readFile()).toBe('not json');
    expect(editor.questions).toEqual([]);
    expect(tokens.list()).toEqual([]);
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
    expect(editor.questions.at(-1)).toBe(
      'The file was changed since Portside wrote it. Undoing takes those changes back as well.',
    );
  });

  it.each([
    ['Leave It', 'done', '{0} stays as it is: the copy from before is gone.', false],
    [undefined, 'declined', 'Nothing was undone.', true],
  ] as const)('leaves a file as it is whose copy from before is gone: %s', async (answer, status, said, canUndo) => {
    const { connect, file, readFile, root } = createHarness();
    writeBefore(file, '{}\n');
    editor.answers = ['Write', answer];
    const { message } = await connect.requests.writeConfig(TOOL);
    const written = readFile();
    const backup = /kept as (\S+?)\. /.exec(message)?.[1] ?? '';
    expect(backup.startsWith(path.join(root, 'storage'))).toBe(true);
    rmSync(backup);
    expect(await connect.requests.undoConfig({ toolId: 'opencode' })).toEqual({
      status,
      message: said.replace('{0}', file),
    });
    expect(editor.questions.at(-1)).toBe(
      `The copy of ${file} from before is gone, so it cannot be put back as it was.`,
    );
    expect(readFile()).toBe(written);
    expect(await connect.requests.getGuide(TOOL)).toMatchObject({ canUndo });
  });

  it.each<readonly [string, (requests: EditorConnect['requests']) => Promise<unknown>]>([
    ['nothing to undo', (requests) => requests.undoConfig({ toolId: 'opencode' })],
    ['a tool without a file', (requests) => requests.writeConfig({ toolId: 'curl', model: 'auto' })],
    ['an unknown tool', (requests) => requests.writeConfig({ toolId: 'unknown', model: 'auto' })],
    ['an unknown tool to undo', (requests) => requests.undoConfig({ toolId: 'unknown' })],
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
    const port = await listen(server);
    const { connect, tokens } = createHarness(running({ port, baseUrl: `http://127.0.0.1:${port}/v1` }));
    const result = await connect.requests.testTool({ toolId: 'curl', model: 'composer-2.5' });
    expect(result).toMatchObject({ status: 'answered', answer: 'Hello from here', model: 'composer-2.5' });
    expect(asked).toHaveLength(1);
    expect(await tokens.check(asked[0]?.authorization?.replace('Bearer ', '') ?? '')).toMatchObject({
      status: 'accepted',
    });
  });

  it('undoes nothing outside of its folder', async () => {
    const { connect, root } = createHarness();
    const outside = path.join(root, 'x.json');
    writeFileSync(outside, JSON.stringify([{ file: path.join(root, 'victim'), digest: 'a'.repeat(64), backup: null }]));
    writeFileSync(path.join(root, 'victim'), 'precious');
    editor.answers = ['Undo Anyway'];
    await expect(connect.requests.undoConfig({ toolId: '../../x' })).rejects.toMatchObject({ code: 'not_found' });
    expect(readFileSync(path.join(root, 'victim'), 'utf8')).toBe('precious');
    expect(editor.questions).toEqual([]);
  });

  it('makes no token for a test of a server that is not there', async () => {
    const { connect, tokens } = createHarness(STATES.stopped);
    expect(await connect.requests.testTool({ toolId: 'curl', model: 'auto' })).toMatchObject({ status: 'failed' });
    expect(tokens.list()).toEqual([]);
  });

  it('says why a test has failed', async () => {
    const { connect, tokens } = createHarness(running({ port: 1, baseUrl: 'http://127.0.0.1:1/v1' }));
    expect(await connect.requests.testTool({ toolId: 'curl', model: 'auto' })).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('127.0.0.1:1'),
    });
    // The token that was made for it went with it.
    expect(tokens.list()).toEqual([]);
  });

  it('keeps a token that was there before a test has failed', async () => {
    const { connect, tokens } = createHarness(running({ port: 1, baseUrl: 'http://127.0.0.1:1/v1' }));
    await connect.requests.copySnippet({ ...TOOL, step: 0 });
    const before = tokens.list();
    expect(before).toHaveLength(1);
    expect(await connect.requests.testTool(TOOL)).toMatchObject({ status: 'failed' });
    expect(tokens.list()).toEqual(before);
  });

  it('keeps a token that was copied while the test that it was made for went on to fail', async () => {
    const arrived = Promise.withResolvers<() => void>();
    const server = createServer((request, response) => {
      request.resume().on('end', () => arrived.resolve(() => response.writeHead(500).end('{}')));
    });
    const port = await listen(server);
    const { connect, tokens } = createHarness(running({ port, baseUrl: `http://127.0.0.1:${port}/v1` }));
    const tested = connect.requests.testTool(TOOL);
    const fail = await arrived.promise;
    await connect.requests.copySnippet({ ...TOOL, step: 0 });
    fail();
    expect(await tested).toMatchObject({ status: 'failed' });
    expect(tokens.list()).toHaveLength(1);
  });

  it.each([
    ['cursor_sign_in_required', 'Sign in to Cursor first: answers come from your Cursor account.'],
    ['cursor_sign_in_expired', 'The sign-in to Cursor does not work any more. Sign in again, then test once more.'],
  ])('offers to sign in where a test was refused for that: %s', async (code, message) => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: 'portside auth login', type: 'authentication_error', code } }));
      });
    });
    const port = await listen(server);
    const { connect } = createHarness(running({ port, baseUrl: `http://127.0.0.1:${port}/v1` }));
    expect(await connect.requests.testTool({ toolId: 'curl', model: 'auto' })).toEqual({
      status: 'failed',
      message,
      command: 'portside.signIn',
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
