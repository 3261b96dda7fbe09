import { GatewayError } from '../core/gateway-error.ts';
import { isLoopbackAddress } from '../core/loopback-guard.ts';
import { type SettingName, type Settings, settingMeta } from './settings-schema.ts';

/**
 * Checks what no setting can tell by itself.
 *
 * @throws GatewayError `invalid_request` that names the settings at fault, by a line each
 */
export const checkSettings = (settings: Settings): void => {
  const problems: string[] = [];
  if (!settings.requireToken && !isLoopbackAddress(settings.host)) {
    problems.push(
      `${nameOf('requireToken')} can only be turned off while ${nameOf('host')} is a loopback address such as 127.0.0.1, not "${settings.host}": anybody who reaches the server could use your Cursor account.`,
    );
  }
  if ((settings.tlsCertificatePath === '') !== (settings.tlsKeyPath === '')) {
    problems.push(
      `${nameOf('tlsCertificatePath')} and ${nameOf('tlsKeyPath')} belong together. Set both to serve https, or none.`,
    );
  }
  if (settings.ollamaPort !== 0 && settings.ollamaPort === settings.port) {
    problems.push(
      `${nameOf('port')} and ${nameOf('ollamaPort')} are both ${settings.port}. Set two different ones: tools for Ollama can use the first port too, where they can be given an address.`,
    );
  }
  if (problems.length > 0) throw new GatewayError('invalid_request', problems.join('\n'));
};

/** What a setting is called in the editor and outside of it. */
const nameOf = (name: SettingName): string => {
  const { env } = settingMeta(name);
  return env === null ? `portside.${name}` : `portside.${name} (${env})`;
};
