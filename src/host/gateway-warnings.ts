import { assertNever } from '../core/assert-never.ts';
import type { Settings } from '../config/settings-schema.ts';
import { isLoopbackAddress } from '../core/loopback-guard.ts';
import type { GatewayWarning } from './gateway-state.ts';

/** What is risky about serving with these settings. */
export const toWarnings = (
  { host, requireToken }: Pick<Settings, 'host' | 'requireToken'>,
  isEncrypted: boolean,
): readonly GatewayWarning[] => [
  ...(requireToken ? [] : (['no-token-required'] as const)),
  ...(isLoopbackAddress(host) ? [] : (['open-to-network'] as const)),
  ...(isLoopbackAddress(host) || isEncrypted ? [] : (['not-encrypted'] as const)),
];

/** A warning in a sentence, for the log and the command line. */
export const describeWarning = (warning: GatewayWarning, host: string): string => {
  switch (warning) {
    case 'no-token-required':
      return 'No access token is required: every program on this machine can use your Cursor account.';
    case 'open-to-network':
      return `Other machines can reach this server at ${host}. They need an access token.`;
    case 'not-encrypted':
      return 'What other machines send, their access token included, is not encrypted. Give a TLS certificate, or use a tunnel.';
    default:
      return assertNever(warning);
  }
};
