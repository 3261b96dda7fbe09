import { ConfigurationTarget, type Disposable, workspace } from 'vscode';
import type { SettingName } from '../config/settings-schema.ts';
import type { ProxySettings } from '../core/backend.ts';
import { toProxySettings } from './network/editor-proxy.ts';
import type { RawSettings } from './settings-reader.ts';

const SECTION = 'portside';

/** The editor's own settings that Portside obeys. */
const EDITOR_SETTINGS = ['http.proxy', 'http.noProxy', 'http.proxySupport'] as const;

/** The editor's own view of the settings, unchecked, as they are now. */
export const readRawSettings: RawSettings = (name) => workspace.getConfiguration(SECTION).get<unknown>(name);

/** The proxy that the editor uses, as it is now. */
export const readEditorProxy = (): ProxySettings => {
  const http = workspace.getConfiguration('http');
  return toProxySettings({
    proxy: http.get<unknown>('proxy'),
    noProxy: http.get<unknown>('noProxy'),
    support: http.get<unknown>('proxySupport'),
  });
};

/** Calls `listener` after any setting that the extension obeys has changed. */
export const onDidChangeSettings = (listener: () => void): Disposable =>
  workspace.onDidChangeConfiguration((event) => {
    if ([SECTION, ...EDITOR_SETTINGS].some((section) => event.affectsConfiguration(section))) listener();
  });

/** Stores a setting for this machine. */
export const writeSetting = async (name: SettingName, value: unknown): Promise<void> => {
  await workspace.getConfiguration(SECTION).update(name, value, ConfigurationTarget.Global);
};
