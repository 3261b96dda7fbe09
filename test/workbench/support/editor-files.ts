import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { WorkbenchFolders } from './workbench-folders.ts';

/** Every file that the editor wrote as text for people, by path: logs, settings, its output. */
export const readEditorFiles = (folders: WorkbenchFolders): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  for (const root of [
    path.join(folders.userData, 'logs'),
    path.join(folders.userData, 'User'),
    path.join(folders.userData, 'Machine'),
    folders.artifacts,
  ]) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && /\.(log|json|txt)$/.test(entry.name)) {
        const file = path.join(entry.parentPath, entry.name);
        files.set(file, readFileSync(file, 'utf8'));
      }
    }
  }
  return files;
};

/** The files below a folder that hold a text, whatever they are: copies of open documents and databases too. */
export const findTextInFiles = (folder: string, text: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => existsSync(file) && readFileSync(file).includes(text));

/** The text of the extension's own output channel. */
export const readOutputChannel = (folders: WorkbenchFolders): string =>
  [...readEditorFiles(folders)]
    .filter(([file]) => /[/\\]portside\.portside[/\\]/.test(file))
    .map(([, text]) => text)
    .join('');
