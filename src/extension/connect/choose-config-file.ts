import path from 'node:path';
import { Uri, l10n, window, workspace } from 'vscode';

/** Asks where a tool's configuration is; `null` where the user has changed their mind. */
export const chooseConfigFile = async (tool: {
  readonly toolName: string;
  /** The name that such a file has. */
  readonly fileName: string;
}): Promise<string | null> => {
  const { toolName, fileName } = tool;
  const existing = { label: l10n.t('Change an existing file…'), isNew: false };
  const created = { label: l10n.t('Create a new file…'), isNew: true };
  const chosen = await window.showQuickPick([existing, created], {
    title: l10n.t('Configuration of {0}', toolName),
    placeHolder: l10n.t('Where is {0} of this tool?', fileName),
  });
  if (chosen === undefined) return null;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  if (chosen.isNew) {
    const file = await window.showSaveDialog({
      title: l10n.t('Configuration of {0}', toolName),
      saveLabel: l10n.t('Choose'),
      ...(folder !== undefined && { defaultUri: Uri.joinPath(folder, fileName) }),
    });
    return file === undefined ? null : path.resolve(file.fsPath);
  }
  const files = await window.showOpenDialog({
    title: l10n.t('Configuration of {0}', toolName),
    openLabel: l10n.t('Choose'),
    canSelectMany: false,
    ...(folder !== undefined && { defaultUri: folder }),
  });
  const [file] = files ?? [];
  return file === undefined ? null : path.resolve(file.fsPath);
};
