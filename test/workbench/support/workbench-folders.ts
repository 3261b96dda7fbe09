import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** All that one workbench has on disk. */
export interface WorkbenchFolders {
  readonly root: string;
  readonly home: string;
  readonly temporary: string;
  readonly userData: string;
  readonly extensions: string;
  readonly workspace: string;
  /** Logs and pictures. */
  readonly artifacts: string;
}

/** Settings of an editor: `portside.port`, … */
export type EditorSettings = Readonly<Record<string, unknown>>;

/** No adverts, no look-ups, nothing that opens by itself: a workbench that shows what the extension does, and only that. */
const quietSettings: EditorSettings = {
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.tips.enabled': false,
  // Pictures are sharp at once.
  'workbench.reduceMotion': 'on',
  // Otherwise settings and the like open as a modal over the workbench.
  'workbench.editor.useModal': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
  'git.openRepositoryInParentFolders': 'never',
  'window.confirmBeforeClose': 'never',
};

const writeSettings = (userData: string, profile: 'User' | 'Machine', settings: EditorSettings): void => {
  mkdirSync(path.join(userData, profile), { recursive: true });
  writeFileSync(path.join(userData, profile, 'settings.json'), JSON.stringify(settings, null, 2));
};

/**
 * Makes fresh folders for one workbench under a short path: its unix sockets lie in them, and the path of one has at most
 * 107 bytes.
 */
export const createWorkbenchFolders = (options: {
  readonly settings?: EditorSettings;
  readonly extensions?: string;
  readonly workspace?: string;
}): WorkbenchFolders => {
  const root = mkdtempSync('/tmp/pw-');
  const folders: WorkbenchFolders = {
    root,
    home: path.join(root, 'home'),
    temporary: path.join(root, 'tmp'),
    userData: path.join(root, 'ud'),
    extensions: options.extensions ?? path.join(root, 'ext'),
    workspace: options.workspace ?? path.join(root, 'workspace'),
    artifacts: path.join(root, 'artifacts'),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  writeSettings(folders.userData, 'User', { ...quietSettings, ...options.settings });
  // A remote workbench takes settings of scope `machine` from here alone.
  writeSettings(folders.userData, 'Machine', { ...options.settings });
  return folders;
};

export const removeWorkbenchFolders = (folders: WorkbenchFolders): void => {
  rmSync(folders.root, { recursive: true, force: true });
};
