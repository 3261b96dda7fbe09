import { type Disposable, l10n } from 'vscode';
import type { CommandTitles } from './command-titles.ts';
import { showNotice } from './notifications.ts';
import type { ServerController } from './server-controller.ts';
import { onDidChangeSettings, readEditorProxy, readRawSettings } from './settings.ts';
import { takeSettingsSnapshot } from './settings-snapshot.ts';

/** Offers a restart where settings have changed that a running server does not follow. */
export interface RestartOffer extends Disposable {
  /** Takes note of the settings that a server starts with. */
  noteStart(): void;
  /** Does what changes settings and restarts the server itself, without offering that. */
  pauseDuring(work: () => Promise<void>): Promise<void>;
}

const takeSnapshot = (): string => `${takeSettingsSnapshot(readRawSettings)}${JSON.stringify(readEditorProxy())}`;

/** A restart cuts off answers and may move the address, so it is offered and not done unasked. */
export const createRestartOffer = (server: ServerController, titleOf: CommandTitles): RestartOffer => {
  let startedWith = '';
  let isPaused = false;
  const subscription = onDidChangeSettings(() => {
    if (isPaused || takeSnapshot() === startedWith) return;
    if (server.state.status !== 'running' && server.state.status !== 'served-elsewhere') return;
    void showNotice({
      severity: 'info',
      message: l10n.t('The changed settings apply after a restart of the Portside server.'),
      actions: [{ title: titleOf('portside.restartServer'), command: 'portside.restartServer' }],
    });
  });
  return {
    noteStart() {
      startedWith = takeSnapshot();
    },
    async pauseDuring(work) {
      isPaused = true;
      try {
        await work();
      } finally {
        isPaused = false;
      }
    },
    dispose() {
      subscription.dispose();
    },
  };
};
