import { assertNever } from '../../core/assert-never.ts';
import type { GatewayWarning } from '../../host/gateway-state.ts';
import type { Localizer } from '../../core/localizer.ts';

/** What a warning of the server means, in words. */
export const describeWarning = (warning: GatewayWarning, l10n: Localizer): string => {
  switch (warning) {
    case 'no-token-required':
      return l10n.t('No access token is required: every program on this machine can use your Cursor account.');
    case 'open-to-network':
      return l10n.t('Other machines can reach this server. They need an access token.');
    case 'not-encrypted':
      return l10n.t('What other machines send, their access tokens included, is not encrypted.');
    case 'no-ollama-port':
      return l10n.t(
        'The port for Ollama’s tools could not be opened: another program has it, perhaps Ollama itself. See the setting portside.ollamaPort.',
      );
    default:
      return assertNever(warning);
  }
};
