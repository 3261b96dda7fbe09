import { html, type TemplateResult } from 'lit';
import { createFormats } from '../../../panel/formats.ts';
import type { AccessModel } from '../../../panel/models.ts';
import { warningList } from '../../components/warning-list.ts';
import { createFocusKeeper } from '../../directives/focus-keeper.ts';
import { whileShown } from '../../elements/while-shown.ts';
import type { TabView, ViewContext } from '../../tab-view.ts';
import { accountSection, listAccountPlaces } from './account-section.ts';
import { createTokenMaker } from './create-token-maker.ts';
import { createTokenRevoker } from './create-token-revoker.ts';
import { newTokenSection } from './new-token-section.ts';
import { listTokenPlaces, tokenSection } from './token-section.ts';
import './access.css';

/** How often the ages are written anew. */
const REFRESH_MS = 15_000;

/** The tab of access tokens and Cursor accounts. */
export const createAccessView = (context: ViewContext): TabView<AccessModel> => {
  const { l10n, locale, invalidate } = context;
  const focus = createFocusKeeper();
  const formats = createFormats(locale);
  const maker = createTokenMaker(context, focus);
  const revoker = createTokenRevoker(context);
  let model: AccessModel | null = null;

  const keepAgesFresh = (): (() => void) => {
    const timer = setInterval(invalidate, REFRESH_MS);
    return () => clearInterval(timer);
  };

  const content = ({ tokens, accounts, warnings }: AccessModel): TemplateResult =>
    html`${warningList(l10n, warnings)}
    ${tokenSection(context, tokens, { revoker, focus, formats, maker: newTokenSection(context, { maker, focus, accounts }) })}
    ${accountSection(context, accounts, focus)}`;

  return {
    update(next) {
      focus.keep((model?.tokens ?? []).flatMap(listTokenPlaces), next.tokens.flatMap(listTokenPlaces), 'new-token');
      focus.keep(
        (model?.accounts ?? []).flatMap(listAccountPlaces),
        next.accounts.flatMap(listAccountPlaces),
        'sign-in',
      );
      model = next;
      invalidate();
    },
    render: () =>
      html`<div class="view-body access-view">
        ${whileShown(keepAgesFresh)}
        ${model === null ? html`<p class="panel-loading">${l10n.t('Loading…')}</p>` : content(model)}
      </div>`,
  };
};
