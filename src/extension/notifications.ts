import { commands, window } from 'vscode';
import type { Notice } from './notices.ts';

const SHOW = {
  info: window.showInformationMessage,
  warning: window.showWarningMessage,
  error: window.showErrorMessage,
} as const satisfies Record<Notice['severity'], unknown>;

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
