import { ConfigurationTarget, type Disposable, workspace } from 'vscode';
import type { RawSettings } from './settings-reader.ts';

const SECTION = 'portside';

/** The editor's own view of the settings, unchecked, as they are now. */
export const readRawSettings: RawSettings = (name) => workspace.getConfiguration(SECTION).get<unknown>(name);

/** Calls `listener` after any setting of the extension has changed. */
export const onDidChangeSettings = (listener: () => void): Disposable =>
  workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SECTION)) listener();
  });

/** Stores another port for this machine. */
export const writePort = async (port: number): Promise<void> => {
  await workspace.getConfiguration(SECTION).update('port', port, ConfigurationTarget.Global);
};
