import type { Localizer } from '../../core/localizer.ts';
import type { TokenRequest } from './read-token-options.ts';

/** A question that stands before everything else. */
export interface TokenQuestion {
  readonly message: string;
  readonly detail: string;
}

/** What the user is asked before another extension gets a token. Pure. `locale` writes dates. */
export const describeTokenRequest = (
  { name, reason, expiresAt, models, requestsPerMinute }: TokenRequest,
  l10n: Localizer,
  locale?: string,
): TokenQuestion => ({
  message: l10n.t('Create an access token for the extension that calls itself "{0}"?', name),
  detail: [
    ...(reason === undefined || reason === '' ? [] : [l10n.t('It says: {0}', reason)]),
    l10n.t(
      'With the token it can use your Cursor account through Portside. The editor does not tell which extension asks, so go on only if you have just asked one for this.',
    ),
    [
      expiresAt === undefined
        ? l10n.t('Expires: never')
        : l10n.t('Expires: {0}', new Date(expiresAt).toLocaleString(locale)),
      models === undefined ? l10n.t('Models: all') : l10n.t('Models: {0}', models.join(', ')),
      requestsPerMinute === undefined
        ? l10n.t('Requests per minute: any number')
        : l10n.t('Requests per minute: {0}', requestsPerMinute),
    ].join('\n'),
    l10n.t('You can revoke it at any time.'),
  ].join('\n\n'),
});
