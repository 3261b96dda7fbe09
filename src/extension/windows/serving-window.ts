import { workspace } from 'vscode';
import { readRawSettings } from '../settings.ts';
import { mayServeByItself } from './may-serve-by-itself.ts';

const readOpenFolders = (): readonly string[] => (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);

/** Whether a folder is chosen whose window serves. */
export const hasServingFolder = (): boolean => {
  const folder = readRawSettings('servingFolder');
  return typeof folder === 'string' && folder.trim() !== '';
};

/** Whether this window is one that the setting lets serve without being asked. */
export const isServingWindow = (): boolean => mayServeByItself(readRawSettings('servingFolder'), readOpenFolders());
