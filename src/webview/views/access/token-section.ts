import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AccessTokenInfo } from '../../../core/access-token.ts';
import type { Formats } from '../../../panel/formats.ts';
import { badge } from '../../cards/badge.ts';
import { cardAction } from '../../cards/card-action.ts';
import { factList, type Fact } from '../../cards/fact-list.ts';
import { formatAge } from '../../components/format-age.ts';
import { icon } from '../../components/icon.ts';
import { sectionHeading } from '../../components/section-heading.ts';
import type { FocusKeeper } from '../../directives/focus-keeper.ts';
import type { ViewContext } from '../../tab-view.ts';
import type { TokenRevoker } from './create-token-revoker.ts';

/** The token that is made at the first start: it can be copied again, and replaced instead of revoked. */
const DEFAULT_TOKEN_ID = 'default';

const toPlace = (id: string, action: string): string => `token:${id}/${action}`;

/** The places for the focus on the card of a token. */
export const listTokenPlaces = ({ id }: Pick<AccessTokenInfo, 'id'>): readonly string[] =>
  (id === DEFAULT_TOKEN_ID ? ['copy', 'replace'] : ['revoke']).map((action) => toPlace(id, action));

interface Parts {
  readonly revoker: TokenRevoker;
  readonly focus: FocusKeeper;
  readonly formats: Formats;
  /** What makes a new one. */
  readonly maker: TemplateResult;
}

/** The access tokens that clients use. */
export const tokenSection = (
  context: ViewContext,
  tokens: readonly AccessTokenInfo[],
  parts: Parts,
): TemplateResult => {
  const { l10n } = context;
  return html`<section class="access-section" aria-labelledby="access-tokens">
    ${sectionHeading(l10n.t('Access tokens'), { id: 'access-tokens' })}
    <p class="muted access-about">
      ${l10n.t('Tools send one as their API key. Give each tool its own, so that you can revoke it alone.')}
    </p>
    ${parts.maker}
    ${
      tokens.length === 0
        ? html`<p class="muted access-about">${l10n.t('There is no token yet.')}</p>`
        : html`<ul class="card-list">
            ${repeat(
              tokens,
              ({ id }) => id,
              (token) => tokenCard(context, token, parts),
            )}
          </ul>`
    }
  </section>`;
};

const tokenCard = (
  context: ViewContext,
  token: AccessTokenInfo,
  { revoker, focus, formats }: Parts,
): TemplateResult => {
  const { client, l10n } = context;
  const isDefault = token.id === DEFAULT_TOKEN_ID;
  const failure = revoker.failureOf(token.id);
  const isExpired = token.expiresAt !== null && token.expiresAt <= Date.now();
  return html`<li class="card">
    <div class="card-header">
      <h3>${token.name}</h3>
      ${isDefault && token.name !== DEFAULT_TOKEN_ID ? badge(l10n.t('Default')) : nothing}
      ${isExpired ? html`<span class="status is-bad">${icon('error')}${l10n.t('Expired')}</span>` : nothing}
    </div>
    ${factList(listFacts(context, token, { formats, now: Date.now() }))}
    <div class="card-actions">
      ${
        isDefault
          ? html`${cardAction({
              icon: 'copy',
              place: focus.place(toPlace(token.id, 'copy')),
              label: l10n.t('Copy'),
              fullLabel: l10n.t('Copy the token {0}', token.name),
              onClick: () => client.command('run', { command: 'portside.copyAccessToken' }),
            })}
            ${cardAction({
              icon: 'refresh',
              place: focus.place(toPlace(token.id, 'replace')),
              label: l10n.t('Replace'),
              fullLabel: l10n.t('Replace the token {0} by a new one', token.name),
              onClick: () => client.command('run', { command: 'portside.rotateAccessToken' }),
            })}`
          : cardAction({
              icon: 'trash',
              place: focus.place(toPlace(token.id, 'revoke')),
              label: l10n.t('Revoke'),
              fullLabel: l10n.t('Revoke the token {0}', token.name),
              onClick: () => void revoker.revoke(token),
            })
      }
    </div>
    ${failure === null ? nothing : html`<p class="form-error" role="alert">${icon('error')}<span>${failure}</span></p>`}
  </li>`;
};

const listFacts = (
  { l10n, locale }: ViewContext,
  token: AccessTokenInfo,
  { formats, now }: { readonly formats: Formats; readonly now: number },
): readonly Fact[] => {
  const age = (at: number): Pick<Fact, 'value' | 'title'> => ({
    value: formatAge(at, now, locale),
    title: formats.dateTime(at),
  });
  const { lastUsedAt, expiresAt, account, models, requestsPerMinute } = token;
  return [
    {
      label: l10n.t('Last used'),
      ...(lastUsedAt === null ? { value: l10n.t('Never') } : age(Math.min(lastUsedAt, now))),
    },
    { label: l10n.t('Requests'), value: formats.count(token.requestCount) },
    {
      label: expiresAt !== null && expiresAt <= now ? l10n.t('Expired') : l10n.t('Expires'),
      ...(expiresAt === null ? { value: l10n.t('Never') } : age(expiresAt)),
    },
    { label: l10n.t('Account'), value: account ?? l10n.t('The default one') },
    {
      label: l10n.t('Rate limit'),
      value: requestsPerMinute === null ? l10n.t('None') : l10n.t('{0} per minute', formats.count(requestsPerMinute)),
    },
    { label: l10n.t('Models'), value: models === null ? l10n.t('All') : models.join(', '), isLong: true },
  ];
};
