import { commands, window } from 'vscode';
import type { Notice } from './notices.ts';

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
 * Shows a message and runs the action that is chosen. Resolves when it is gone, so nobody should wait for it.
 *
 * The editor itself replaces a notification that is still there by an equal new one, so nothing piles up.
 */
export const showNotice = async ({ severity, message, actions }: Notice): Promise<void> => {
  const title = await SHOW[severity](message, ...actions.map((action) => action.title));
  const chosen = actions.find((action) => action.title === title);
  if (chosen === undefined) return;
  await commands.executeCommand(chosen.command, ...(chosen.argument === undefined ? [] : [chosen.argument]));
};
