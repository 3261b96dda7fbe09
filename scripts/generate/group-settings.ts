import { SETTING_GROUPS, type SettingGroup } from '../../src/config/setting.ts';
import { SETTING_NAMES, type SettingName, settingMeta } from '../../src/config/settings-schema.ts';

const isGroup = (name: string): name is SettingGroup => name in SETTING_GROUPS;

/** The settings by their groups, both in their order. */
export const groupSettings = (): readonly { readonly group: SettingGroup; readonly names: readonly SettingName[] }[] =>
  Object.keys(SETTING_GROUPS)
    .filter(isGroup)
    .map((group) => ({ group, names: SETTING_NAMES.filter((name) => settingMeta(name).group === group) }));
