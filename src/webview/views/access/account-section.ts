import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AccountInfo } from '../../../core/account.ts';
import {
  describeAccountRemedy,
  describeAccountSource,
  describeAccountStatus,
} from '../../../panel/describe-account.ts';
import { badge } from '../../cards/badge.ts';
import { cardAction, type CardAction } from '../../cards/card-action.ts';
import { factList, type Fact } from '../../cards/fact-list.ts';
import { actionButton } from '../../components/action-button.ts';
import { breakable } from '../../components/breakable.ts';
import { icon } from '../../components/icon.ts';
import { sectionHeading } from '../../components/section-heading.ts';
import type { FocusKeeper } from '../../directives/focus-keeper.ts';
import type { ViewContext } from '../../tab-view.ts';

type AccountAction = 'sign-in' | 'use' | 'sign-out';

/** What can be done with an account, in the order of the buttons. */
const listActions = ({ source, status, isDefault }: AccountInfo): readonly AccountAction[] => {
  const isOfEnvironment = source === 'environment';
  const isUnusable = status === 'expiring' || status === 'expired' || status === 'refused';
  return [
    ...(isUnusable && !isOfEnvironment ? (['sign-in'] as const) : []),
    ...(isDefault ? [] : (['use'] as const)),
    ...(isOfEnvironment ? [] : (['sign-out'] as const)),
  ];
};

const toPlace = (name: string, action: AccountAction): string => `account:${name}/${action}`;

/** The places for the focus on the card of an account. */
export const listAccountPlaces = (account: AccountInfo): readonly string[] =>
  listActions(account).map((action) => toPlace(account.name, action));

/** The Cursor accounts that requests run on. */
export const accountSection = (
  context: ViewContext,
  accounts: readonly AccountInfo[],
  focus: FocusKeeper,
): TemplateResult => {
  const { client, l10n } = context;
  const isSignedOut = accounts.length === 0;
  const signIn = html`<div class="sign-in-button" ${focus.place('sign-in')}>
    ${actionButton({
      label: isSignedOut ? l10n.t('Sign in') : l10n.t('Add account'),
      icon: isSignedOut ? 'sign-in' : 'add',
      isPrimary: isSignedOut,
      onClick: () => client.command('run', { command: 'portside.signIn' }),
    })}
  </div>`;
  return html`<section class="access-section" aria-labelledby="access-accounts">
    ${sectionHeading(l10n.t('Cursor accounts'), { id: 'access-accounts' })}
    <p class="muted access-about">
      ${
        isSignedOut
          ? l10n.t('Portside is not signed in to Cursor. Requests need an account.')
          : l10n.t('Requests run on the default one, unless their access token names another.')
      }
    </p>
    ${signIn}
    ${
      isSignedOut
        ? nothing
        : html`<ul class="card-list">
            ${repeat(
              accounts,
              ({ name }) => name,
              (account) => accountCard(context, account, focus),
            )}
          </ul>`
    }
  </section>`;
};

const STATUS_ICONS: Readonly<Record<AccountInfo['status'], { readonly icon: string; readonly look: string }>> = {
  ready: { icon: 'pass', look: 'is-good' },
  expiring: { icon: 'warning', look: 'is-warning' },
  expired: { icon: 'error', look: 'is-bad' },
  refused: { icon: 'error', look: 'is-bad' },
  'rate-limited': { icon: 'warning', look: 'is-warning' },
};

const accountCard = (context: ViewContext, account: AccountInfo, focus: FocusKeeper): TemplateResult => {
  const { l10n, locale } = context;
  const { icon: statusIcon, look } = STATUS_ICONS[account.status];
  const remedy = describeAccountRemedy(account, l10n);
  const status = describeAccountStatus(account, l10n, locale);
  return html`<li class="card">
    <div class="card-header">
      <h3>${account.name}</h3>
      ${account.isDefault ? badge(l10n.t('Default')) : nothing}
    </div>
    <p class=${`status ${look}`}>${icon(statusIcon)}<span>${remedy === null ? status : `${status} ${remedy}`}</span></p>
    ${factList(listFacts(context, account))}
    <div class="card-actions">
      ${repeat(
        listActions(account),
        (action) => action,
        (action) =>
          cardAction({
            ...describeAction(context, account, action),
            place: focus.place(toPlace(account.name, action)),
          }),
      )}
    </div>
  </li>`;
};

const describeAction = (
  { client, l10n }: ViewContext,
  { name }: AccountInfo,
  action: AccountAction,
): Omit<CardAction, 'place'> => {
  switch (action) {
    case 'sign-in':
      return {
        icon: 'sign-in',
        label: l10n.t('Sign in again'),
        fullLabel: l10n.t('Sign in again to {0}', name),
        onClick: () => client.command('run', { command: 'portside.signIn' }),
      };
    case 'use':
      return {
        icon: 'star-empty',
        label: l10n.t('Make default'),
        fullLabel: l10n.t('Make default: {0}', name),
        onClick: () => client.command('useAccount', { name }),
      };
    case 'sign-out':
      return {
        icon: 'sign-out',
        label: l10n.t('Sign out'),
        fullLabel: l10n.t('Sign out of {0}', name),
        onClick: () => client.command('removeAccount', { name }),
      };
  }
};

const listFacts = ({ l10n }: ViewContext, { email, plan, source }: AccountInfo): readonly Fact[] => [
  ...(email === null ? [] : [{ label: l10n.t('Email'), value: breakable(email), isLong: true }]),
  ...(plan === null ? [] : [{ label: l10n.t('Plan'), value: html`<span class="plan">${plan}</span>` }]),
  { label: l10n.t('Source'), value: describeAccountSource(source, l10n), isLong: true },
];
