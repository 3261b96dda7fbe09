import { html, nothing, type TemplateResult } from 'lit';
import type { AccountInfo } from '../../../core/account.ts';
import type { Localizer } from '../../../core/localizer.ts';
import type { OverviewModel } from '../../../panel/models.ts';
import { breakable } from '../../components/breakable.ts';
import { icon } from '../../components/icon.ts';
import { linkButton } from '../../components/link-button.ts';
import { sectionHeading } from '../../components/section-heading.ts';
import type { ViewContext } from '../../tab-view.ts';

/** What is wrong with an account, in words; `null` where nothing is. */
const toTrouble = (l10n: Localizer, account: AccountInfo): string | null => {
  switch (account.status) {
    case 'ready':
      return null;
    case 'expiring':
      return l10n.t('The sign-in expires soon');
    case 'expired':
      return l10n.t('The sign-in has expired');
    case 'refused':
      return l10n.t('Cursor refused this account');
    case 'rate-limited':
      return l10n.t('Cursor’s limit is reached');
  }
};

/** Whose account answers. Nothing where none is signed in: the head of the view asks for that. */
export const accountSection = (
  { client, l10n }: ViewContext,
  { account }: OverviewModel,
): TemplateResult | typeof nothing => {
  if (account === null) return nothing;
  const trouble = toTrouble(l10n, account);
  return html`<section>
    ${sectionHeading(l10n.t('Account'))}
    <dl class="fact-rows">
      <div>
        <dt>${account.email === null ? l10n.t('Name') : l10n.t('Email')}</dt>
        <dd>
          <span>${breakable(account.email ?? account.name)}</span>${linkButton({
            label: l10n.t('Switch'),
            onClick: () => client.command('run', { command: 'portside.switchAccount' }),
          })}
        </dd>
      </div>
      ${
        account.plan === null
          ? nothing
          : html`<div>
              <dt>${l10n.t('Plan')}</dt>
              <dd><span class="plan">${account.plan}</span></dd>
            </div>`
      }
      ${
        trouble === null
          ? nothing
          : html`<div>
              <dt>${l10n.t('State')}</dt>
              <dd><span class="account-trouble">${icon('warning')}${trouble}</span></dd>
            </div>`
      }
    </dl>
  </section>`;
};
