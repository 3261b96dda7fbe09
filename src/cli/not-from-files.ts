import { SETTING_NAMES, type SettingName, settingMeta } from '../config/settings-schema.ts';

/** Settings of the machine that a file which came with somebody's project may set all the same: how much there is of something, and where it listens. */
const HARMLESS: ReadonlySet<SettingName> = new Set([
  'port',
  // Any but this machine's own needs an access token, and that it is needed no such file can change.
  'host',
  'maxBodyMegabytes',
  'maxConnections',
  'accessLogMegabytes',
  'accessLogFiles',
  'tryOtherAccounts',
]);

/**
 * The variables that do not count from a `.env` file, as they decide where secrets go, which files are written, which programs
 * run, who is let in and what others can reach: those of all settings that a workspace may not set in an editor, but for the
 * harmless ones, and the folder that Portside lives in.
 */
export const NOT_FROM_FILES: ReadonlySet<string> = new Set([
  'PORTSIDE_HOME',
  ...SETTING_NAMES.filter((name) => settingMeta(name).scope === 'machine' && !HARMLESS.has(name)).flatMap((name) => {
    const { env, cursorpipeEnv } = settingMeta(name);
    return [env, cursorpipeEnv].filter((variable) => typeof variable === 'string');
  }),
]);
