import { SETTING_GROUPS } from '../../src/config/setting.ts';
import { type SettingName, settingMeta, settingsSchema } from '../../src/config/settings-schema.ts';
import { groupSettings } from './group-settings.ts';
import { code, generatedFrom, table } from './markdown.ts';

const HEAD = ['Setting', 'Default', 'Variable', 'Flag', 'From cursorpipe', 'What it does'];

const toRow = (name: SettingName): readonly string[] => {
  const { markdownDescription, env, cursorpipeEnv, flag } = settingMeta(name);
  const fallback = settingsSchema.parse({})[name];
  const isList = Array.isArray(fallback);
  return [
    code(`portside.${name}`),
    code(typeof fallback === 'object' ? JSON.stringify(fallback) : String(fallback)),
    isList ? `${code(env)}, separated by commas` : code(env),
    code(flag === undefined ? null : `--${flag}`),
    code(cursorpipeEnv),
    markdownDescription,
  ];
};

/** `docs/settings.md`. */
export const toSettingsPage = (): string => {
  const groups = groupSettings().flatMap(({ group, names }) => [
    `## ${SETTING_GROUPS[group]}`,
    table(HEAD, names.map(toRow)),
  ]);
  return `${[
    generatedFrom('src/config/settings'),
    '# Settings',
    'In the editor a setting is set in its settings, under Portside; a running server takes it over when it is restarted. Without the editor it is an environment variable, a line of a `.env` file, or a flag of `portside serve`; a flag wins over a variable, and a variable over the file. What decides who is let in and what others can reach, where keys go, which files are written and which programs run does not count from a `.env` file, which may have come with another person’s project: `portside serve` names what it has left out.',
    'In the editor a value that is not allowed is reported, and the default used instead. `portside serve` ends with code 2.',
    ...groups,
    'The keys of Cursor accounts and access tokens are secrets, not settings: the editor keeps them in its secret storage, the command in files of its own (`portside auth`, `portside token`), or they come from `CURSOR_API_KEY` and `PORTSIDE_TOKEN`.',
  ].join('\n\n')}\n`;
};
