import type { Localizer } from '../../core/localizer.ts';
import type { Connection, ConnectStep } from '../connect-tool.ts';
import { KEY_VARIABLE, keySnippet } from '../snippets.ts';

/** How a program is given the token without it standing in its source. */
export const keyStep = ({ token }: Connection, l10n: Localizer): ConnectStep => ({
  text: l10n.t(
    'Set the environment variable {0} where your program runs. In PowerShell, begin with {1} and put quotation marks around the value.',
    KEY_VARIABLE,
    `$env:${KEY_VARIABLE} =`,
  ),
  snippet: keySnippet(token),
});
