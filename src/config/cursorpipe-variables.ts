import { SETTING_NAMES, settingMeta } from './settings-schema.ts';

/** Secrets that cursorpipe took from the environment, and Portside too. */
const CURSORPIPE_SECRETS = ['CURSORPIPE_BEARER_TOKEN', 'CURSORPIPE_API_KEY'];

/** The variables of cursorpipe that are set here and have no equivalent. */
export const findUnknownCursorpipeVariables = (environment: Readonly<Record<string, string | undefined>>): string[] => {
  const known = new Set<string>([
    ...CURSORPIPE_SECRETS,
    ...SETTING_NAMES.flatMap((name) => settingMeta(name).cursorpipeEnv ?? []),
  ]);
  return Object.keys(environment)
    .filter((name) => name.startsWith('CURSORPIPE_') && !known.has(name))
    .toSorted();
};
