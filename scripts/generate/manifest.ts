import { z } from 'zod';
import { type SettingName, settingMeta, settingsSchema } from '../../src/config/settings-schema.ts';

const TEXT_PREFIX = 'configuration.';

const objectSchema = z.record(z.string(), z.unknown());

const names: readonly SettingName[] = settingsSchema.keyof().options;

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

const toConfiguration = (): unknown => ({
  title: `%${TEXT_PREFIX}title%`,
  properties: Object.fromEntries(
    names.map((name) => {
      const { order, scope } = settingMeta(name);
      const description = { markdownDescription: `%${TEXT_PREFIX}${name}%`, order, scope };
      return [`portside.${name}`, { ...toJsonSchema(name), ...description }];
    }),
  ),
});

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
  const texts = names.map((name) => [`${TEXT_PREFIX}${name}`, settingMeta(name).markdownDescription]);
  return toText(Object.fromEntries([...others, [`${TEXT_PREFIX}title`, 'Portside'], ...texts]));
};
