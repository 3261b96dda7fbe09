import path from 'node:path';
import { checkSettings } from '../config/check-settings.ts';
import { findUnknownCursorpipeVariables } from '../config/cursorpipe-variables.ts';
import { readSettings } from '../config/read-settings.ts';
import type { Settings } from '../config/settings-schema.ts';
import type { Logger } from '../core/logger.ts';
import { checkAccessToken } from '../credentials/access-token.ts';
import { readEnvironmentKey } from '../credentials/accounts/environment-key.ts';
import { prepareLogFile } from '../host/access-log/prepare-log-file.ts';
import type { WhenServed } from '../host/gateway.ts';
import { readEnvironment } from './read-environment.ts';
import { readHome } from './read-home.ts';
import { toContainerSettings } from './serve-docker.ts';
import { readScenario } from './simulate.ts';
import { toUsageError, UsageError } from './usage-error.ts';

/** The flags of `portside serve`, as commander gives them. */
export interface ServeFlags {
  readonly port?: string;
  readonly host?: string;
  readonly ollamaPort?: string;
  readonly model?: string;
  readonly accessLog?: string;
  readonly docker?: boolean;
  readonly whenServed?: WhenServed;
  readonly simulate?: boolean;
  readonly scenario?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly simulateWithoutKey?: boolean;
}

/** What `portside serve` works with, from flags, environment and `.env`. */
export interface ServeInput {
  readonly settings: Settings;
  /** The folder of the command's own files. */
  readonly home: string;
  /** The access token that takes the place of the stored one; `null` for none. */
  readonly ownToken: string | null;
  /** The Cursor API key of the environment; `null` for none. */
  readonly apiKey: string | null;
  readonly simulation: 'always' | 'without-account' | 'never';
  /** The file of what the simulator answers. */
  readonly scenario: string | null;
  readonly whenServed: WhenServed;
  /** Whether containers are to reach the server. */
  readonly isForContainers: boolean;
}

/** @throws UsageError that names the flag or variable at fault. */
export const readServeInput = async (flags: ServeFlags, logger: Logger): Promise<ServeInput> => {
  if (flags.docker === true && flags.host !== undefined) {
    throw new UsageError('--docker chooses the address to listen on. Leave --host out.');
  }
  if (flags.accessLog === '') throw new UsageError('--access-log needs the name of a file.');
  const environment = readEnvironment();
  const settings = await toUsageError(() => {
    const read = readSettings({
      flags: {
        ...(flags.port !== undefined && { port: flags.port }),
        ...(flags.host !== undefined && { host: flags.host }),
        ...(flags.ollamaPort !== undefined && { ollamaPort: flags.ollamaPort }),
        ...(flags.model !== undefined && { defaultModel: flags.model }),
        ...(flags.accessLog !== undefined && { accessLogPath: path.resolve(flags.accessLog) }),
      },
      environment,
    });
    const chosen = flags.docker === true ? toContainerSettings(read, process.platform) : read;
    checkSettings(chosen);
    if (chosen.accessLogPath !== '') prepareLogFile(chosen.accessLogPath);
    return chosen;
  });
  const simulation = flags.simulate ? 'always' : flags.simulateWithoutKey ? 'without-account' : 'never';
  if (flags.scenario !== undefined) {
    if (simulation === 'never') throw new UsageError(SCENARIO_ALONE);
    await readScenario(flags.scenario);
  }
  const unknown = findUnknownCursorpipeVariables(environment);
  if (unknown.length > 0) logger.warn(`These variables have no effect in Portside: ${unknown.join(', ')}.`);

  const givenToken = environment['PORTSIDE_TOKEN'] || environment['CURSORPIPE_BEARER_TOKEN'] || null;
  return {
    settings,
    home: readHome(environment),
    ownToken: givenToken === null ? null : await toUsageError(() => checkAccessToken(givenToken)),
    apiKey: readEnvironmentKey(environment),
    simulation,
    scenario: flags.scenario ?? null,
    whenServed: flags.whenServed ?? 'wait',
    isForContainers: flags.docker ?? false,
  };
};

export const SCENARIO_ALONE = '--scenario needs --simulate.';
