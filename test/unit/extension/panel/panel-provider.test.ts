import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ActivityChange, ActivityLog } from '../../../../src/core/request-activity.ts';
import type { MessageToWebview } from '../../../../src/panel/contract/define.ts';
import { createConfigQuestion } from '../../../../src/extension/connect/config-question.ts';
import { createToolTokenSecrets } from '../../../../src/extension/connect/tool-token-secrets.ts';
import type { PanelDependencies } from '../../../../src/extension/panel/panel-dependencies.ts';
import { type Panel, createPanel } from '../../../../src/extension/panel/panel-provider.ts';
import type { GatewayState } from '../../../../src/host/gateway-state.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';
import { english } from '../english.ts';
import { createMemorySecretStorage } from '../memory-secret-storage.ts';
import { OWN_FOLDER_ID, STATES, running } from '../states.ts';
import { aRequest } from './requests.ts';

type Resolve = (view: unknown) => Promise<void>;

const editor = vi.hoisted(() => ({
  resolve: null as ((view: unknown) => Promise<void>) | null,
  commands: [] as unknown[][],
  settingListeners: new Set<(event: unknown) => void>(),
}));
vi.mock('vscode', () => {
  const disposable = { dispose: () => undefined };
  const toUri = (text: string) => ({ toString: () => text });
  return {
    EventEmitter: class {
      readonly event = (): typeof disposable => disposable;
      readonly fire = (): void => undefined;
      readonly dispose = (): void => undefined;
    },
    UIKind: { Web: 2 },
    Uri: { joinPath: (base: unknown, ...names: string[]) => toUri([String(base), ...names].join('/')) },
    commands: {
      async executeCommand(...call: unknown[]) {
        editor.commands.push(call);
      },
    },
    env: { language: 'en' },
    l10n: { t: (...args: Parameters<typeof english.t>) => english.t(...args), bundle: undefined },
    window: {
      showErrorMessage: async () => undefined,
      registerWebviewViewProvider(_: string, { resolveWebviewView }: { resolveWebviewView: Resolve }) {
        editor.resolve = resolveWebviewView;
        return disposable;
      },
      tabGroups: { all: [] },
    },
    workspace: {
      isTrusted: true,
      textDocuments: [],
      getConfiguration: () => ({ get: () => undefined }),
      onDidGrantWorkspaceTrust: () => disposable,
      onDidChangeConfiguration(listener: (event: unknown) => void) {
        editor.settingListeners.add(listener);
        return { dispose: () => editor.settingListeners.delete(listener) };
      },
      registerTextDocumentContentProvider: () => disposable,
    },
  };
});

/** A view of the editor, as far as the panel uses one. */
const createView = () => {
  const listeners = {
    message: new Set<(m: unknown) => unknown>(),
    visible: new Set<() => void>(),
    dispose: new Set<() => void>(),
  };
  const subscribe =
    <Listener>(to: Set<Listener>) =>
    (listener: Listener) => {
      to.add(listener);
      return { dispose: () => to.delete(listener) };
    };
  const sent: MessageToWebview[] = [];
  const view = {
    visible: true,
    onDidChangeVisibility: subscribe(listeners.visible),
    onDidDispose: subscribe(listeners.dispose),
    webview: {
      options: {},
      html: '',
      cspSource: 'vscode-resource:',
      asWebviewUri: (uri: unknown) => uri,
      onDidReceiveMessage: subscribe(listeners.message),
      async postMessage(message: MessageToWebview) {
        sent.push(message);
        return true;
      },
    },
  };
  return {
    view,
    listeners,
    /** What came since the last time, by its method. */
    takeMethods: async (): Promise<readonly string[]> => {
      await vi.advanceTimersByTimeAsync(600);
      return sent.splice(0).map((message) => (message.kind === 'notification' ? message.method : message.kind));
    },
    send: async (method: string, params: unknown): Promise<void> => {
      for (const listener of listeners.message) await listener({ kind: 'command', method, params });
    },
    show: (visible: boolean): void => {
      view.visible = visible;
      for (const listener of listeners.visible) listener();
    },
    dispose: (): void => {
      for (const listener of listeners.dispose) listener();
    },
  };
};

let panel: Panel | null = null;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
  editor.commands = [];
});
afterEach(() => {
  panel?.dispose();
  panel = null;
  vi.useRealTimers();
});

const createHarness = async (first: GatewayState = STATES.stopped, hasAccount: boolean | null = null) => {
  let state = first;
  const stateListeners = new Set<(state: GatewayState, previous: GatewayState) => void>();
  const changes = new Set<(change: ActivityChange) => void>();
  const services = { open: vi.fn(() => Promise.reject(new Error('not to be opened'))), close: () => undefined };
  const milestones: string[] = [];
  const log: ActivityLog = {
    id: 'log',
    list: () => [aRequest()],
    listSince: () => [aRequest()],
    findSummary: (id) => aRequest({ id }),
    find: (id) => aRequest({ id }),
    today: { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
    cancel: () => false,
    isCapturing: false,
    setCapturing: () => undefined,
    clear: () => undefined,
    onDidChange(listener) {
      changes.add(listener);
      return () => changes.delete(listener);
    },
  };
  const activity = { log: null as ActivityLog | null, onOpen: (): void => undefined };
  const ignore = async (): Promise<void> => undefined;
  const dependencies: PanelDependencies = {
    server: {
      get state() {
        return state;
      },
      onDidChangeState(listener) {
        stateListeners.add(listener);
        return () => stateListeners.delete(listener);
      },
      start: ignore,
      stop: ignore,
      restart: ignore,
      restartInstead: ignore,
      takeOver: ignore,
      allowHost: () => undefined,
      conversations: null,
      listModels: async () => [],
    },
    services,
    activity: {
      get log() {
        return activity.log;
      },
      open: () => Promise.reject(new Error('not to be opened')),
      onDidOpen(listener) {
        activity.onOpen = listener;
        return () => undefined;
      },
      close: () => undefined,
    },
    forwardedUrl: { current: null, resolve: async (url) => url, follow: ignore },
    toolTokens: createToolTokenSecrets(createMemorySecretStorage()),
    configQuestion: createConfigQuestion(),
    hasAccount: () => hasAccount,
    onMilestone: (milestone) => milestones.push(milestone),
    context: {
      extensionUri: 'file:///extension' as never,
      storageFolder: '/nowhere',
      dataFolderId: OWN_FOLDER_ID,
    },
    logger: createMemoryLogger(),
  };
  panel = createPanel(dependencies);
  const harness = createView();
  await editor.resolve?.(harness.view);
  return {
    ...harness,
    panel,
    services,
    milestones,
    changes,
    stateListeners,
    setState: (next: GatewayState): void => {
      const previous = state;
      state = next;
      for (const listener of stateListeners) listener(next, previous);
    },
    openActivity: (): void => {
      activity.log = log;
      activity.onOpen();
    },
    noteChange: (change: ActivityChange): void => {
      for (const listener of changes) listener(change);
    },
  };
};

describe('panel', () => {
  it('fills the view with a page that may run its own script alone', async () => {
    const { view } = await createHarness();
    expect(view.webview.html).toContain('Content-Security-Policy');
    expect(view.webview.html).toContain('file:///extension/dist/webview.js');
    expect(view.webview.options).toMatchObject({ enableScripts: true });
    expect(String(Object.values(view.webview.options).flat().at(-1))).toBe('file:///extension/dist');
  });

  it('says nothing before the page listens, and then works without the server code', async () => {
    const { takeMethods, send, services, setState } = await createHarness();
    setState(STATES.starting);
    expect(await takeMethods()).toEqual([]);
    await send('ready', { tab: 'overview' });
    expect(await takeMethods()).toEqual(['overview', 'requests/all', 'sessions']);
    expect(services.open).not.toHaveBeenCalled();
  });

  it('reads tokens and accounts when they are to be seen', async () => {
    const { send, services, takeMethods } = await createHarness();
    await send('ready', { tab: 'overview' });
    await send('tab/show', { tab: 'access' });
    await takeMethods();
    expect(services.open).toHaveBeenCalledTimes(1);
  });

  it.each([
    [true, 1],
    [false, 0],
    [null, 0],
  ])('reads accounts after a sign-in, whichever tab is seen (has one: %s)', async (hasAccount, count) => {
    const { panel: shown, send, services, takeMethods } = await createHarness(STATES.stopped, hasAccount);
    shown.refresh();
    await takeMethods();
    expect(services.open).not.toHaveBeenCalled();
    await send('ready', { tab: 'overview' });
    await takeMethods();
    shown.refresh();
    shown.refresh();
    expect(await takeMethods()).toContain('overview');
    expect(services.open).toHaveBeenCalledTimes(count);
  });

  it('reads access anew when a setting changes', async () => {
    const { send, takeMethods, services } = await createHarness();
    await send('ready', { tab: 'access' });
    await takeMethods();
    expect(services.open).toHaveBeenCalledTimes(1);
    for (const listener of editor.settingListeners) listener({ affectsConfiguration: () => true });
    expect(await takeMethods()).toContain('overview');
    expect(services.open).toHaveBeenCalledTimes(2);
  });

  it.each(['a setting has changed', 'there may be another address'])(
    'sends what tools need anew when %s',
    async (why) => {
      const { panel: shown, send, takeMethods } = await createHarness();
      // The files of tools are looked at, which takes its time.
      const waitForConnect = async (): Promise<void> =>
        await vi.waitFor(async () => expect(await takeMethods()).toContain('connect'), { timeout: 10_000 });
      await send('ready', { tab: 'connect' });
      await waitForConnect();
      if (why === 'there may be another address') shown.refresh();
      else for (const listener of editor.settingListeners) listener({ affectsConfiguration: () => true });
      await waitForConnect();
    },
  );

  it('follows the log of requests from when there is one', async () => {
    const { send, takeMethods, openActivity, noteChange, milestones, changes } = await createHarness();
    await send('ready', { tab: 'requests' });
    await takeMethods();
    expect(milestones).toEqual([]);
    openActivity();
    expect(await takeMethods()).toEqual(['requests/all', 'overview']);
    expect(milestones).toEqual(['request-seen']);
    noteChange({ type: 'request', id: 1 });
    expect((await takeMethods()).toSorted()).toEqual(['overview', 'requests/changed']);
    expect(changes.size).toBe(1);
  });

  it('says nothing while it is hidden, and everything when the page is back', async () => {
    const { send, takeMethods, show, setState } = await createHarness();
    await send('ready', { tab: 'overview' });
    await takeMethods();
    show(false);
    setState(running({ activeRuns: 2 }));
    expect(await takeMethods()).toEqual([]);
    show(true);
    await send('ready', { tab: 'overview' });
    expect(await takeMethods()).toEqual(expect.arrayContaining(['overview', 'requests/all', 'sessions']));
  });

  it('runs commands of its list', async () => {
    const { send } = await createHarness();
    await send('command/run', { command: 'portside.startServer' });
    await send('command/run', { command: 'workbench.action.closeWindow' });
    expect(editor.commands).toEqual([['portside.startServer']]);
  });

  it('shows a tab at once, or as soon as the page listens', async () => {
    const { panel: shown, send, takeMethods } = await createHarness();
    await shown.open({ tab: 'connect' });
    expect(editor.commands).toEqual([['portside.panel.focus']]);
    expect(await takeMethods()).toEqual([]);
    await send('ready', { tab: 'overview' });
    expect(await takeMethods()).toContain('tab/reveal');
    await shown.open({ tab: 'access' });
    expect(await takeMethods()).toContain('tab/reveal');
    await shown.open();
    expect(await takeMethods()).not.toContain('tab/reveal');
  });

  it('leaves nothing behind when its view is gone, and fills the next one', async () => {
    const { dispose, listeners, changes, stateListeners, openActivity } = await createHarness();
    openActivity();
    dispose();
    expect([listeners.message.size, listeners.visible.size, changes.size, stateListeners.size]).toEqual([0, 0, 0, 0]);
    expect(editor.settingListeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    const next = createView();
    await editor.resolve?.(next.view);
    await next.send('ready', { tab: 'overview' });
    expect(await next.takeMethods()).toContain('overview');
  });
});
