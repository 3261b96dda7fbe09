import * as z from 'zod';

/** The groups of the settings, in their order; the titles are shown by VS Code and in `docs/settings.md`. */
export const SETTING_GROUPS = {
  server: 'Server',
  editor: 'Editor',
  models: 'Models and Answers',
  conversations: 'Conversations',
  tools: 'Function Tools',
  images: 'Images',
  network: 'Network and Safety',
  accounts: 'Accounts',
  advanced: 'Advanced',
} as const;

export type SettingGroup = keyof typeof SETTING_GROUPS;

/** What a setting is called outside of the schema, and who may set it. Within its group it stands where the schema has it. */
export interface SettingMeta {
  readonly group: SettingGroup;
  /** Shown by VS Code beside the setting, and in `docs/settings.md`. */
  readonly markdownDescription: string;
  /** `machine`: not synchronised and not for a workspace to set, as with addresses and paths. */
  readonly scope: 'machine' | 'application' | 'window' | 'resource';
  /** The environment variable that sets it; `null` for settings that only an editor has. */
  readonly env: string | null;
  /** The variable that cursorpipe had for it, still obeyed. */
  readonly cursorpipeEnv?: string;
  /** The flag of `portside serve`, without dashes. */
  readonly flag?: string;
}

/** The meta data of every setting, by its schema. */
export const settingMetas = z.registry<SettingMeta>();

/** Gives the function that declares the settings of a group. */
export const settingsOf =
  (group: SettingGroup) =>
  <T extends z.ZodType>(schema: T, meta: Omit<SettingMeta, 'group'>): T => {
    settingMetas.add(schema, { group, ...meta });
    return schema;
  };
