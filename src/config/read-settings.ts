import { GatewayError } from '../core/gateway-error.ts';
import { SETTING_NAMES, type SettingName, type Settings, settingMeta, settingsSchema } from './settings-schema.ts';

/** The sources of the settings outside of an editor. */
export interface SettingSources {
  /** Values of flags, by the name of the setting; absent where the flag was not given. */
  readonly flags: Readonly<Partial<Record<SettingName, string>>>;
  /** Environment variables; those of the process win over those of a `.env` file. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the settings: default < environment < flag. A `PORTSIDE_…` variable wins over its `CURSORPIPE_…` ancestor.
 *
 * @throws GatewayError `invalid_request` that names the flag or variable at fault.
 */
export const readSettings = ({ flags, environment }: SettingSources): Settings => {
  const found = SETTING_NAMES.flatMap((name) => {
    const { env, cursorpipeEnv, flag } = settingMeta(name);
    const origins: [origin: string, value: string | undefined][] = [
      [`--${flag}`, flags[name]],
      [env ?? '', env === null ? undefined : environment[env]],
      [cursorpipeEnv ?? '', cursorpipeEnv === undefined ? undefined : environment[cursorpipeEnv]],
    ];
    // An empty variable counts as none: that is how compose files leave one out. An empty flag is a mistake.
    const origin = origins.find(([from, value]) => value !== undefined && (value !== '' || from.startsWith('--')));
    return origin === undefined ? [] : [{ name, origin: origin[0], value: origin[1] ?? '' }];
  });
  const parsed = settingsSchema.safeParse(
    Object.fromEntries(found.map(({ name, value }) => [name, fromText(name, value)])),
  );
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const source = found.find(({ name }) => name === issue.path[0]);
    return `${source?.origin ?? issue.path.join('.')}: "${source?.value ?? ''}" is not valid. ${issue.message}.`;
  });
  throw new GatewayError('invalid_request', problems.join('\n'));
};

/** Text where the schema wants text, a number where it wants a number, a list by commas, names and values with `=` between them; what is none of it is left for the schema to refuse. */
const fromText = (name: SettingName, text: string): unknown => {
  const fallback = settingsSchema.shape[name].def.defaultValue;
  if (typeof fallback === 'number') return /^\s*-?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
  if (typeof fallback === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (Array.isArray(fallback)) {
    return text
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  }
  if (typeof fallback === 'object') {
    const pairs = text.split(',').filter((each) => each.trim() !== '');
    if (!pairs.every((pair) => pair.indexOf('=') > 0)) return text;
    return Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()]),
    );
  }
  return text;
};
