import { commands, l10n, workspace } from 'vscode';
import type { Logger } from '../../core/logger.ts';
import type { CommandId } from '../command-ids.ts';
import { type NoticeAction, toAutoStartNotice, toStartNotice } from '../notices.ts';
import { showNotice } from '../notifications.ts';
import type { ServerController } from '../server-controller.ts';
import type { ServicesHolder } from '../services.ts';
import { readRawSettings } from '../settings.ts';
import { isServingWindow, readServingFolder } from './serving-window.ts';

/** Starts the server where that is allowed, and tells what the status bar alone would not. */
export interface Launcher {
  /** Asked for by the user. */
  launch(action: 'start' | 'restart' | 'restartInstead'): Promise<void>;
  /** Starts the server if the user has chosen that for every start of the editor, and for this window. */
  autoStart(): Promise<void>;
  /** Has this window serve where the setting has just come to name its folder. */
  followServingFolder(): Promise<void>;
}

const SIGN_IN: CommandId = 'portside.signIn';

export const createLauncher = (options: {
  server: ServerController;
  services: ServicesHolder;
  logger: Logger;
}): Launcher => {
  const { server, services, logger } = options;

  const openServingFolder: NoticeAction = {
    title: l10n.t('Open Settings'),
    command: 'workbench.action.openSettings',
    argument: 'portside.servingFolder',
  };

  /** The window of the chosen folder does not wait for another window: it asks that one to make way. */
  const takeOverIfChosen = async (): Promise<void> => {
    const { state } = server;
    if (!workspace.isTrusted) return;
    if (state.status !== 'served-elsewhere' || state.by?.kind !== 'editor') return;
    if (readServingFolder().type !== 'folder' || !isServingWindow()) return;
    try {
      await server.takeOver();
    } catch (error) {
      logger.warn('The window that serves did not make way.', { cause: String(error) });
    }
  };

  const tellOfUnclearFolder = (): void => {
    const folder = readServingFolder();
    if (folder.type !== 'unclear') return;
    void showNotice({
      severity: 'warning',
      message: l10n.t(
        'The setting portside.servingFolder needs the full path of a folder, and "{0}" is none. Any window may serve.',
        folder.setting,
      ),
      actions: [openServingFolder],
    });
  };

  const tellOfOtherFolder = (): void => {
    if (server.state.status !== 'running' || isServingWindow()) return;
    void showNotice({
      severity: 'info',
      message: l10n.t(
        'This window serves now, though the setting portside.servingFolder names another folder. A window of that folder takes over when it starts.',
      ),
      actions: [openServingFolder],
    });
  };

  /** Nothing works without an account, and a choice goes away by itself once it is made, as a message would not. */
  const offerSignIn = async (): Promise<void> => {
    if (server.state.status !== 'running') return;
    const { accounts } = await services.open();
    if ((await accounts.current()) === null) void commands.executeCommand(SIGN_IN);
  };

  const autoStart = async (): Promise<void> => {
    if (!workspace.isTrusted || readRawSettings('autoStart') !== true || !isServingWindow()) return;
    tellOfUnclearFolder();
    await server.start();
    await takeOverIfChosen();
    const notice = toAutoStartNotice(server.state, l10n);
    if (notice !== null) void showNotice(notice);
  };

  return {
    async launch(action) {
      if (!workspace.isTrusted) {
        void showNotice({
          severity: 'warning',
          message: l10n.t(
            'Portside does not start its server in Restricted Mode, because the server uses your Cursor account. Trust this workspace first.',
          ),
          actions: [{ title: l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' }],
        });
        return;
      }
      await server[action]();
      await takeOverIfChosen();
      const notice = toStartNotice(server.state, l10n);
      if (notice !== null) void showNotice(notice);
      tellOfOtherFolder();
      await offerSignIn();
    },
    autoStart,
    async followServingFolder() {
      tellOfUnclearFolder();
      if (server.state.status === 'served-elsewhere') await takeOverIfChosen();
      else if (readServingFolder().type === 'folder') await autoStart();
    },
  };
};
