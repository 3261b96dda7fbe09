import { html, nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../../core/localizer.ts';
import { icon } from './icon.ts';

/** Warnings in the user's language, each with a picture and a word that says what it is. */
export const warningList = (l10n: Localizer, warnings: readonly string[]): TemplateResult | typeof nothing =>
  warnings.length === 0
    ? nothing
    : html`<ul class="warning-list" aria-label=${l10n.t('Warnings')}>
        ${warnings.map((warning) => html`<li>${icon('warning')}<span>${warning}</span></li>`)}
      </ul>`;
