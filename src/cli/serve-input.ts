import { homedir } from 'node:os';
import path from 'node:path';
import { findUnknownCursorpipeVariables } from '../config/cursorpipe-variables.ts';
import { readSettings } from '../config/read-settings.ts';
import type { Settings } from '../config/settings-schema.ts';
import type { Logger } from '../core/logger.ts';
import { checkAccessToken, readOrCreateAccessToken } from '../credentials/access-token.ts';
import { type Environment, readEnvironment } from './read-environment.ts';
import { readScenario } from './simulate.ts';
import { toUsageError, UsageError } from './usage-error.ts';

/** The flags of `portside serve`, as commander gives them. */
export interface ServeFlags {
  readonly port?: string;
  readonly host?: string;
  readonly model?: string;
  readonly simulate?: boolean;
  readonly scenario?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly simulateWithoutKey?: boolean;
}

/** What `portside serve` works with, from flags, environment and files. */
export interface ServeInput {
  readonly settings: Settings;
  readonly home: string;
  readonly accessToken: string;
  readonly apiKey: string;
  readonly isSimulated: boolean;
  /** Simulated only because no key was found. */
  readonly isFallback: boolean;
}

/** What the simulator is given for a key; any of this form is valid there. */
const SIMULATOR_KEY = 'crsr_simulator';

const readApiKey = (environment: Environment): string | null =>
  environment['CURSOR_API_KEY'] || environment['CURSORPIPE_API_KEY'] || null;

const NO_KEY = `There is no Cursor API key. Make one in the Cursor Dashboard under Integrations and set it:
  export CURSOR_API_KEY=crsr_...
Or try Portside without one, on the built-in simulator: portside serve --simulate`;

/** @throws UsageError that names the flag or variable at fault. */
export const readServeInput = async (flags: ServeFlags, logger: Logger): Promise<ServeInput> => {
  const environment = readEnvironment();
  const settings = await toUsageError(() =>
    readSettings({
      flags: {
        ...(flags.port !== undefined && { port: flags.port }),
        ...(flags.host !== undefined && { host: flags.host }),
        ...(flags.model !== undefined && { defaultModel: flags.model }),
      },
      environment,
    }),
  );
  const key = flags.simulate === true ? null : readApiKey(environment);
  const isFallback = flags.simulateWithoutKey === true && flags.simulate !== true && key === null;
  const isSimulated = flags.simulate === true || isFallback;
  if (key === null && !isSimulated) throw new UsageError(NO_KEY);
  if (flags.scenario !== undefined) {
    if (!isSimulated) throw new UsageError('--scenario needs --simulate.');
    await readScenario(flags.scenario);
  }
  const unknown = findUnknownCursorpipeVariables(environment);
  if (unknown.length > 0) logger.warn(`These variables have no effect in Portside: ${unknown.join(', ')}.`);

  const home = path.resolve(environment['PORTSIDE_HOME'] || path.join(homedir(), '.portside'));
  const givenToken = environment['PORTSIDE_TOKEN'] || environment['CURSORPIPE_BEARER_TOKEN'] || undefined;
  return {
    settings: isSimulated ? { ...settings, backendUrl: '' } : settings,
    home,
    accessToken: await toUsageError(() =>
      givenToken === undefined ? readOrCreateAccessToken(home) : checkAccessToken(givenToken),
    ),
    apiKey: isSimulated || key === null ? SIMULATOR_KEY : key,
    isSimulated,
    isFallback,
  };
};
