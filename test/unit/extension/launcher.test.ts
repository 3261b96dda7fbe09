import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerController } from '../../../src/extension/server-controller.ts';
import { createLauncher, type Launcher } from '../../../src/extension/windows/launcher.ts';
import type { GatewayState } from '../../../src/host/gateway-state.ts';
import { english } from './english.ts';
import { STATES } from './states.ts';

const FOLDER = '/home/me/notes';

const editor = vi.hoisted(() => ({
  isTrusted: false,
  settings: new Map<string, unknown>(),
  notices: [] as string[],
}));
vi.mock('vscode', () => {
  const show = async (message: string): Promise<void> => {
    editor.notices.push(message);
  };
  return {
    commands: { executeCommand: async () => undefined },
    l10n: { t: (...args: Parameters<typeof english.t>) => english.t(...args) },
    window: { showInformationMessage: show, showWarningMessage: show, showErrorMessage: show },
    workspace: {
      get isTrusted() {
        return editor.isTrusted;
      },
      get workspaceFolders() {
        return [{ uri: { fsPath: FOLDER } }];
      },
      getConfiguration: () => ({ get: (name: string) => editor.settings.get(name) }),
    },
  };
});

/** A launcher over a server that only notes what is asked of it, and stays as it is: no sign-in is offered. */
const createHarness = (state: GatewayState) => {
  const calls: string[] = [];
  const note = (call: string) => async (): Promise<void> => {
    calls.push(call);
  };
  const server: ServerController = {
    state,
    onDidChangeState: () => () => undefined,
    start: note('start'),
    stop: note('stop'),
    restart: note('restart'),
    restartInstead: note('restartInstead'),
    takeOver: note('takeOver'),
    allowHost: () => undefined,
    conversations: null,
    listModels: async () => [],
  };
  const ignore = (): void => undefined;
  const launcher = createLauncher({
    server,
    services: { open: () => Promise.reject(new Error('no services')), close: ignore },
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  return { launcher, calls };
};

type Row = readonly [string, GatewayState, (launcher: Launcher) => Promise<void>, readonly string[]];

describe('launcher', () => {
  beforeEach(() => {
    editor.isTrusted = false;
    editor.settings = new Map<string, unknown>([
      ['autoStart', true],
      ['servingFolder', FOLDER],
    ]);
    editor.notices = [];
  });

  it.each<Row>([
    ['a start by itself', STATES.stopped, (launcher) => launcher.autoStart(), ['start']],
    ['a take-over by itself', STATES.otherWindow, (launcher) => launcher.autoStart(), ['start', 'takeOver']],
    ['a folder that comes to serve', STATES.stopped, (launcher) => launcher.followServingFolder(), ['start']],
    ['one that took turns', STATES.otherWindow, (launcher) => launcher.followServingFolder(), ['takeOver']],
    ['the command to start', STATES.stopped, (launcher) => launcher.launch('start'), ['start']],
    ['the command to restart', STATES.otherWindow, (launcher) => launcher.launch('restart'), ['restart', 'takeOver']],
    ['a restart instead', STATES.stopped, (launcher) => launcher.launch('restartInstead'), ['restartInstead']],
  ])('%s needs a trusted workspace', async (_, state, ask, expected) => {
    const { launcher, calls } = createHarness(state);
    await ask(launcher);
    expect(calls).toEqual([]);
    editor.isTrusted = true;
    await ask(launcher);
    expect(calls).toEqual(expected);
  });

  it('says why a command does nothing, and is silent where nobody asked', async () => {
    const { launcher } = createHarness(STATES.stopped);
    await launcher.autoStart();
    expect(editor.notices).toEqual([]);
    await launcher.launch('start');
    expect(editor.notices).toEqual([expect.stringContaining('Trust this workspace first.')]);
  });

  it.each<[string, string, unknown]>([
    ['starting by itself is off', 'autoStart', false],
    ['another folder serves', 'servingFolder', '/home/me/other'],
  ])('does not start by itself with trust alone: %s', async (_, name, value) => {
    editor.isTrusted = true;
    editor.settings.set(name, value);
    const { launcher, calls } = createHarness(STATES.stopped);
    await launcher.autoStart();
    expect(calls).toEqual([]);
  });
});
