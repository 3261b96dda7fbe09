import { z } from 'zod';
import { SETTING_GROUPS, type SettingGroup } from '../../src/config/setting.ts';
import { SETTING_NAMES, type SettingName, settingMeta, settingsSchema } from '../../src/config/settings-schema.ts';
import { groupSettings } from './group-settings.ts';

const TEXT_PREFIX = 'configuration.';

const objectSchema = z.record(z.string(), z.unknown());

/** JSON Schema of one setting, in the words that VS Code's settings editor understands. */
const toJsonSchema = (name: SettingName): Record<string, unknown> => {
  const { $schema: _, anyOf, ...schema } = z.toJSONSchema(settingsSchema.shape[name], { io: 'input' });
  // The editor shows no input field for a union; where all members are text, one for text does.
  const isText = anyOf?.every((member) => typeof member === 'object' && member.type === 'string') ?? false;
  if (anyOf !== undefined && !isText) throw new Error(`The settings editor cannot show the setting ${name}.`);
  if (schema.type === 'array') return { ...schema, uniqueItems: true, items: withPatternMessage(name, schema.items) };
  return isText ? { type: 'string', ...schema } : schema;
};

/** What VS Code says of an item that does not fit, which JSON Schema has no word for. */
const withPatternMessage = (name: SettingName, items: unknown): unknown => {
  const { error } = settingsSchema.shape[name].safeParse(['']);
  const patternErrorMessage = error?.issues[0]?.message;
  if (patternErrorMessage === undefined) throw new Error(`The setting ${name} takes empty items.`);
  return { ...objectSchema.parse(items), patternErrorMessage };
};

const titleKey = (group: SettingGroup): string => `${TEXT_PREFIX}group.${group}`;

const textKey = (name: SettingName): string => `${TEXT_PREFIX}${name}`;

/** One section for each group. */
const toConfiguration = (): unknown =>
  groupSettings().map(({ group, names }, index) => ({
    title: `%${titleKey(group)}%`,
    order: index + 1,
    properties: Object.fromEntries(
      names.map((name, position) => {
        const description = {
          markdownDescription: `%${textKey(name)}%`,
          order: position + 1,
          scope: settingMeta(name).scope,
        };
        return [`portside.${name}`, { ...toJsonSchema(name), ...description }];
      }),
    ),
  }));

/** The settings editor makes a link of a setting's name in this form. */
const linkSettings = (markdown: string): string =>
  SETTING_NAMES.reduce((text, name) => text.replaceAll(`\`${name}\``, `\`#portside.${name}#\``), markdown);

const parseObject = (text: string): Record<string, unknown> =>
  objectSchema.parse(JSON.parse(text === '' ? '{}' : text));

const toText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Replaces `contributes.configuration` of the manifest. */
export const toManifest = (present: string): string => {
  const manifest = parseObject(present);
  const contributes = objectSchema.parse(manifest['contributes'] ?? {});
  return toText({ ...manifest, contributes: { ...contributes, configuration: toConfiguration() } });
};

/** Replaces the texts of the settings in `package.nls.json`; the others are written by hand. */
export const toManifestTexts = (present: string): string => {
  const others = Object.entries(parseObject(present)).filter(([key]) => !key.startsWith(TEXT_PREFIX));
  const titles = groupSettings().map(({ group }) => [titleKey(group), SETTING_GROUPS[group]]);
  const texts = SETTING_NAMES.map((name) => [textKey(name), linkSettings(settingMeta(name).markdownDescription)]);
  return toText(Object.fromEntries([...others, ...titles, ...texts]));
};
