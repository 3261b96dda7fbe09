import { commands, l10n, window } from 'vscode';
import type { Notice } from './notices.ts';
import { toGatewayFailure } from './to-gateway-failure.ts';

const SHOW = {
  info: window.showInformationMessage,
  warning: window.showWarningMessage,
  error: window.showErrorMessage,
} as const satisfies Record<Notice['severity'], unknown>;

/** How long a remark stays in the status bar. */
const REMARK_MS = 3000;

/** Says that something was done, beside the status bar's items: it goes away by itself. */
export const showRemark = (message: string): void => {
  window.setStatusBarMessage(message, REMARK_MS);
};

/**
 * Shows a message and runs the action that is chosen. Resolves when it is gone, so nobody should wait for it. Never rejects: an
 * editor that ends takes its messages away, and a command that fails says so itself.
 *
 * The editor itself replaces a notification that is still there by an equal new one, so nothing piles up.
 */
export const showNotice = async ({ severity, message, actions }: Notice): Promise<void> => {
  try {
    const title = await SHOW[severity](message, ...actions.map((action) => action.title));
    const chosen = actions.find((action) => action.title === title);
    if (chosen === undefined) return;
    await commands.executeCommand(chosen.command, ...(chosen.argument === undefined ? [] : [chosen.argument]));
  } catch {
    // Said above.
  }
};

/** What failed, for people: why, where that is written for them. */
export const describeFailure = (error: unknown): string => {
  const failure = toGatewayFailure(error);
  return failure === null || failure.code === 'internal_error'
    ? l10n.t('Portside could not do this. Its log has the details.')
    : failure.message;
};

/** Says that something failed, and why where that is written for people. */
export const showFailure = (error: unknown): void => {
  void showNotice({
    severity: 'error',
    message: describeFailure(error),
    actions: [{ title: l10n.t('Show Logs'), command: 'portside.showLogs' }],
  });
};

/** Does what nobody waits for, such as asking a question; a failure is shown as that of a command is. */
export const runApart = (work: () => Promise<void>): void => {
  work().catch(showFailure);
};
