import { assertNever } from '../core/assert-never.ts';
import type { Settings } from '../config/settings-schema.ts';
import { isLoopbackAddress } from '../core/loopback-guard.ts';
import type { GatewayWarning } from './gateway-state.ts';

/** What is risky about serving with these settings, and what of them could not be had. */
export const toWarnings = (
  { host, requireToken, ollamaPort }: Pick<Settings, 'host' | 'requireToken' | 'ollamaPort'>,
  { isEncrypted, hasOllamaPort }: { readonly isEncrypted: boolean; readonly hasOllamaPort: boolean },
): readonly GatewayWarning[] => [
  ...(requireToken ? [] : (['no-token-required'] as const)),
  ...(isLoopbackAddress(host) ? [] : (['open-to-network'] as const)),
  ...(isLoopbackAddress(host) || isEncrypted ? [] : (['not-encrypted'] as const)),
  ...(ollamaPort === 0 || hasOllamaPort ? [] : (['no-ollama-port'] as const)),
];

/** A warning in a sentence, for the log and the command line. */
export const describeWarning = (
  warning: GatewayWarning,
  { host, ollamaPort }: Pick<Settings, 'host' | 'ollamaPort'>,
): string => {
  switch (warning) {
    case 'no-token-required':
      return 'No access token is required: every program on this machine can use your Cursor account.';
    case 'open-to-network':
      return `Other machines can reach this server at ${host}. They need an access token.`;
    case 'not-encrypted':
      return 'What other machines send, their access token included, is not encrypted. Give a TLS certificate, or use a tunnel.';
    case 'no-ollama-port':
      return `Port ${ollamaPort}, for tools that look for Ollama there, could not be opened: another program has it, perhaps Ollama itself, or this user may not open it. Everything else works. Stop that program and start Portside again, or change the setting portside.ollamaPort (PORTSIDE_OLLAMA_PORT).`;
    default:
      return assertNever(warning);
  }
};
