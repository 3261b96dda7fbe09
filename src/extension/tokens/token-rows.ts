import type { AccessTokenInfo } from '../../core/access-token.ts';
import type { Localizer } from '../../core/localizer.ts';

/** A token as a row to choose. */
export interface TokenRow {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** Rows for the tokens that can be revoked: not for the default one, which is only replaced. Pure. `locale` writes dates. */
export const toTokenRows = (
  tokens: readonly AccessTokenInfo[],
  l10n: Localizer,
  now: number,
  locale?: string,
): readonly TokenRow[] =>
  tokens
    .filter(({ id }) => id !== 'default')
    .map(({ id, name, lastUsedAt, requestCount, expiresAt, account, models, requestsPerMinute }) => ({
      id,
      label: name,
      description:
        lastUsedAt === null
          ? l10n.t('never used')
          : requestCount === 1
            ? l10n.t('last used {0}, 1 request', new Date(lastUsedAt).toLocaleString(locale))
            : l10n.t('last used {0}, {1} requests', new Date(lastUsedAt).toLocaleString(locale), requestCount),
      detail: [
        ...(expiresAt === null
          ? []
          : [
              expiresAt <= now
                ? l10n.t('expired')
                : l10n.t('expires on {0}', new Date(expiresAt).toLocaleDateString(locale)),
            ]),
        ...(account === null ? [] : [l10n.t('account {0}', account)]),
        ...(models === null ? [] : [l10n.t('models {0}', models.join(', '))]),
        ...(requestsPerMinute === null
          ? []
          : [
              requestsPerMinute === 1
                ? l10n.t('1 request per minute')
                : l10n.t('{0} requests per minute', requestsPerMinute),
            ]),
      ].join(' · '),
    }));
