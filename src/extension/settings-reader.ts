import type { SettingName, Settings, settingsSchema } from '../config/settings-schema.ts';

/** A setting whose value is not allowed; its default is used instead. */
export interface SettingProblem {
  readonly name: SettingName;
  readonly message: string;
  readonly defaultValue: Settings[SettingName];
}

/** Gives the raw value of a setting; `undefined` where the user has set none. */
export type RawSettings = (name: SettingName) => unknown;

/** Checks raw settings; a bad value is reported and replaced by its default, so that one slip does not stop the server. */
export const readSettings = (
  schema: typeof settingsSchema,
  raw: RawSettings,
): { settings: Settings; problems: readonly SettingProblem[] } => {
  const defaults = schema.parse({});
  const problems: SettingProblem[] = [];
  const accepted: Partial<Record<SettingName, unknown>> = {};
  for (const name of schema.keyof().options) {
    const value = raw(name);
    const result = schema.shape[name].safeParse(value);
    if (result.success) {
      accepted[name] = value;
    } else {
      const message = result.error.issues.map((issue) => issue.message).join('; ');
      problems.push({ name, message, defaultValue: defaults[name] });
    }
  }
  return { settings: schema.parse(accepted), problems };
};
