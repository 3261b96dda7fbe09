import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EditorSettings, WorkbenchFolders } from './workbench-folders.ts';

/** Changes settings of scope `machine`, which a remote workbench reads from this file alone: it follows at once. */
export const changeMachineSettings = (folders: WorkbenchFolders, changes: EditorSettings): void => {
  const file = path.join(folders.userData, 'Machine', 'settings.json');
  const present: unknown = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(Object.assign({}, present, changes), null, 2));
};
