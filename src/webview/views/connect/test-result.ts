import { html, nothing, type TemplateResult } from 'lit';
import { createFormats } from '../../../panel/formats.ts';
import type { ConnectTest } from '../../../panel/models.ts';
import { actionButton } from '../../components/action-button.ts';
import { icon } from '../../components/icon.ts';
import type { ViewContext } from '../../tab-view.ts';
import { toObstacleButton } from './obstacle-button.ts';

/** What came of a test. Its frame is always there: screen readers read what comes into it. */
export const testResult = (context: ViewContext, test: ConnectTest | null): TemplateResult =>
  html`<div class="test-result" role="status">${test === null ? nothing : outcome(context, test)}</div>`;

const outcome = (context: ViewContext, test: ConnectTest): TemplateResult => {
  if (test.status === 'failed') {
    return html`<p class="form-error">${icon('error')}<span>${test.message}</span></p>
      ${
        test.command === undefined
          ? nothing
          : html`<div class="form-buttons">${actionButton(toObstacleButton(context, test.command))}</div>`
      }`;
  }
  const { l10n, locale } = context;
  return html`<p class="guide-result">
      ${icon('pass')}<span
        >${l10n.t('It works: {0} answered in {1}.', test.model, createFormats(locale).duration(test.durationMs))}</span
      >
    </p>
    <blockquote class="test-answer">${test.answer}</blockquote>`;
};
