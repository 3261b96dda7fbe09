import { homedir } from 'node:os';
import path from 'node:path';

/** Where the Cursor editor may keep its data, as far as this process knows. `globalStorage` is the extension's own folder. */
export const toEditorFolders = (appName: string, globalStorage: string) => ({
  platform: process.platform,
  environment: process.env,
  homeFolder: homedir(),
  ownGlobalStorage: /\bcursor\b/i.test(appName) ? path.dirname(globalStorage) : null,
});
