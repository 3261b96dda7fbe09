import { html, nothing, type TemplateResult } from 'lit';
import type { AccountInfo } from '../../../core/account.ts';
import { actionButton } from '../../components/action-button.ts';
import { icon } from '../../components/icon.ts';
import type { FocusKeeper } from '../../directives/focus-keeper.ts';
import { whileShown } from '../../elements/while-shown.ts';
import { selectField } from '../../forms/select-field.ts';
import { textField } from '../../forms/text-field.ts';
import type { ViewContext } from '../../tab-view.ts';
import { toFieldPlace, type TokenMaker, type TokenMakerState } from './create-token-maker.ts';
import type { TokenDraft } from './token-draft.ts';

interface Parts {
  readonly maker: TokenMaker;
  readonly focus: FocusKeeper;
  readonly accounts: readonly AccountInfo[];
}

/** The button, then the form, then the token that was made. */
export const newTokenSection = (context: ViewContext, parts: Parts): TemplateResult => {
  const { maker, focus } = parts;
  switch (maker.state.status) {
    case 'closed':
      return html`<div class="new-token-button" ${focus.place('new-token')}>
        ${actionButton({ label: context.l10n.t('Create token'), icon: 'add', onClick: () => maker.open() })}
      </div>`;
    case 'open':
      return tokenForm(context, maker.state, parts);
    case 'created':
      return createdToken(context, maker.state, parts);
  }
};

const tokenForm = (
  { l10n }: ViewContext,
  state: TokenMakerState & { readonly status: 'open' },
  { maker, focus, accounts }: Parts,
): TemplateResult => {
  const { draft, errors, refusal, isBusy } = state;
  const text = (
    field: keyof TokenDraft,
    words: { label: string; hint?: string; placeholder?: string; isNumber?: boolean; isRequired?: boolean },
  ): TemplateResult =>
    textField({
      id: toFieldPlace(field),
      value: draft[field],
      error: errors[field],
      focus: focus.place(toFieldPlace(field)),
      onInput: (value) => maker.change(field, value),
      ...words,
    });
  const submit = (event: Event): void => {
    event.preventDefault();
    void maker.submit();
  };
  return html`<form class="token-form" aria-labelledby="token-form-title" novalidate @submit=${submit}>
    <h3 id="token-form-title">${l10n.t('New access token')}</h3>
    ${text('name', { label: l10n.t('Name'), placeholder: l10n.t('laptop'), isRequired: true })}
    <div class="token-form-limits">
      ${text('expiresInDays', {
        label: l10n.t('Expires in days'),
        hint: l10n.t('Empty: it never expires.'),
        isNumber: true,
      })}
      ${text('requestsPerMinute', {
        label: l10n.t('Requests per minute'),
        hint: l10n.t('Empty: any number.'),
        isNumber: true,
      })}
      ${selectField({
        id: toFieldPlace('account'),
        label: l10n.t('Cursor account'),
        value: draft.account,
        options: listAccountOptions(accounts, draft.account, l10n.t('The default one')),
        onChange: (value) => maker.change('account', value),
      })}
      ${text('models', { label: l10n.t('Models'), hint: l10n.t('IDs with commas between them. Empty: all models.') })}
    </div>
    ${refusal === null ? nothing : html`<p class="form-error" role="alert">${icon('error')}<span>${refusal}</span></p>`}
    <div class="form-buttons">
      ${actionButton({
        label: isBusy ? l10n.t('Creating…') : l10n.t('Create'),
        isPrimary: true,
        isDisabled: isBusy,
        onClick: () => void maker.submit(),
      })}
      ${actionButton({ label: l10n.t('Cancel'), isDisabled: isBusy, onClick: () => maker.cancel() })}
    </div>
    <button type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true"></button>
  </form>`;
};

/** An account that is gone stays to choose as long as it is chosen: the form must not change by itself. */
const listAccountOptions = (
  accounts: readonly AccountInfo[],
  chosen: string,
  defaultLabel: string,
): readonly { readonly value: string; readonly label: string }[] => {
  const names = new Set([...accounts.map(({ name }) => name), ...(chosen === '' ? [] : [chosen])]);
  return [{ value: '', label: defaultLabel }, ...[...names].map((name) => ({ value: name, label: name }))];
};

const createdToken = (
  { l10n }: ViewContext,
  { token, name, isCopied }: TokenMakerState & { readonly status: 'created' },
  { maker, focus }: Parts,
): TemplateResult =>
  html`<section class="created-token" aria-labelledby="created-token-title">
    ${whileShown(() => () => maker.forget())}
    <h3 id="created-token-title" tabindex="-1" ${focus.place('created-token')}>
      ${icon('key')}<span>${l10n.t('The token {0} is made', name)}</span>
    </h3>
    <p>${l10n.t('Copy it now. It is not shown again: Portside keeps no copy of it.')}</p>
    <code class="created-token-text">${token}</code>
    <div class="form-buttons">
      ${actionButton({
        label: isCopied ? l10n.t('Copied') : l10n.t('Copy token'),
        icon: isCopied ? 'check' : 'copy',
        isPrimary: true,
        onClick: () => maker.copy(),
      })}
      ${actionButton({ label: l10n.t('Done'), onClick: () => maker.finish() })}
    </div>
  </section>`;
