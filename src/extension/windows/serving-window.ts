import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { type Disposable, workspace } from 'vscode';
import { readRawSettings } from '../settings.ts';
import { type ServingFolder, mayServeByItself, toServingFolder } from './may-serve-by-itself.ts';

const readOpenFolders = (): readonly string[] => (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);

/** The name that the file system itself gives a path, past links and other ways to write it. */
const toRealPath = (folder: string): string => {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
};

/** The folder whose windows serve, as the setting names it now. */
export const readServingFolder = (): ServingFolder => toServingFolder(readRawSettings('servingFolder'), homedir());

/** Whether this window is one that the setting lets serve without being asked. */
export const isServingWindow = (): boolean =>
  mayServeByItself(readServingFolder(), readOpenFolders(), { platform: process.platform, toRealPath });

/** Calls `listener` after another folder was chosen. */
export const onDidChangeServingFolder = (listener: () => void): Disposable =>
  workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('portside.servingFolder')) listener();
  });
