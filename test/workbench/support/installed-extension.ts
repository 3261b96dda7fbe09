import { mkdtempSync, rmSync } from 'node:fs';
import { installVsix } from './code-server.ts';
import { vsixPath } from './vsix-path.ts';
import { createWorkbenchFolders, removeWorkbenchFolders } from './workbench-folders.ts';

/** An extensions folder with the VSIX in it, for several workbenches one after the other. */
export const installExtension = async (): Promise<{ readonly folder: string; remove(): void }> => {
  const folder = mkdtempSync('/tmp/pw-ext-');
  const folders = createWorkbenchFolders({ extensions: folder });
  try {
    const said = await installVsix(folders, vsixPath());
    if (!said.includes('was successfully installed')) throw new Error(`The VSIX was not installed: ${said}`);
  } finally {
    removeWorkbenchFolders(folders);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
