import * as z from 'zod';
import { type SettingMeta, settingMetas } from './setting.ts';
import { accountSettings } from './settings/account-settings.ts';
import { advancedSettings } from './settings/advanced-settings.ts';
import { conversationSettings } from './settings/conversation-settings.ts';
import { editorSettings } from './settings/editor-settings.ts';
import { imageSettings } from './settings/image-settings.ts';
import { modelSettings } from './settings/model-settings.ts';
import { networkSettings } from './settings/network-settings.ts';
import { serverSettings } from './settings/server-settings.ts';
import { toolSettings } from './settings/tool-settings.ts';

/**
 * Every setting of Portside. VS Code's `contributes.configuration`, the CLI's flags and environment variables, and
 * `docs/settings.md` are generated from it (`npm run generate`). Secrets are not settings.
 */
export const settingsSchema = z.strictObject({
  ...serverSettings,
  ...editorSettings,
  ...modelSettings,
  ...conversationSettings,
  ...toolSettings,
  ...imageSettings,
  ...networkSettings,
  ...accountSettings,
  ...advancedSettings,
});

/** Checked settings, with every default filled in. */
export type Settings = z.output<typeof settingsSchema>;

export type SettingName = keyof Settings;

export const SETTING_NAMES: readonly SettingName[] = settingsSchema.keyof().options;

/** The meta data of one setting. */
export const settingMeta = (name: SettingName): SettingMeta => {
  const meta = settingMetas.get(settingsSchema.shape[name]);
  if (meta === undefined) throw new Error(`The setting ${name} has no meta data.`);
  return meta;
};
