import { l10n, window } from 'vscode';
import { showRemark } from '../notifications.ts';
import type { ServerController } from '../server-controller.ts';
import type { PanelCommandHandlers } from './message-schemas.ts';

/** What the sessions tab can have done. `onDidClose` is called after conversations were closed. */
export const createSessionHandlers = (options: {
  readonly server: Pick<ServerController, 'conversations'>;
  readonly onDidClose: () => void;
}): Pick<PanelCommandHandlers, 'closeSession' | 'closeAllSessions'> => {
  const { server, onDidClose } = options;
  return {
    closeSession({ state, id }) {
      server.conversations?.close({ state, id });
      onDidClose();
    },
    async closeAllSessions() {
      const count = server.conversations?.list().length ?? 0;
      if (count === 0) {
        onDidClose();
        return;
      }
      const confirm = l10n.t('Close All');
      const chosen = await window.showWarningMessage(
        l10n.t('Close all conversations?'),
        {
          modal: true,
          detail: l10n.t('Answers that are being given in them end. What was said in them is forgotten.'),
        },
        confirm,
      );
      if (chosen !== confirm) return;
      const { conversations } = server;
      for (const { state, id } of conversations?.list() ?? []) conversations?.close({ state, id });
      onDidClose();
      showRemark(l10n.t('Closed all conversations'));
    },
  };
};
