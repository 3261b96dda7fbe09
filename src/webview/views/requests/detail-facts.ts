import { html, nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../../../core/localizer.ts';
import type { RequestDetail } from '../../../core/request-activity.ts';
import { toPromptTokens, type Formats } from '../../../panel/formats.ts';
import { toProtocolName } from './request-words.ts';

const factRows = (facts: readonly (readonly [name: string, value: string | null])[]): TemplateResult =>
  html`<dl class="detail-facts">
    ${facts.map(([name, value]) =>
      value === null || value === ''
        ? nothing
        : html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
    )}
  </dl>`;

/** Who asked for what. */
export const requestFacts = (l10n: Localizer, formats: Formats, detail: RequestDetail): TemplateResult =>
  factRows([
    [l10n.t('Started'), formats.dateTime(detail.startedAt)],
    [l10n.t('Client'), detail.client],
    [l10n.t('Token name'), detail.tokenName],
    [l10n.t('Protocol'), detail.protocol === null ? null : toProtocolName(l10n, detail.protocol)],
    [l10n.t('Model'), detail.model],
    [l10n.t('Streamed'), detail.isStream ? l10n.t('Yes') : l10n.t('No')],
    [l10n.t('Time to first output'), detail.firstDeltaMs === null ? null : formats.duration(detail.firstDeltaMs)],
    [l10n.t('Conversation'), detail.conversation],
    [l10n.t('Finish reason'), detail.finishReason],
  ]);

/** What a request has used. */
export const usageFacts = (l10n: Localizer, formats: Formats, detail: RequestDetail): TemplateResult => {
  const { usage, costUsd } = detail;
  if (usage === null) return html`<p class="muted">${l10n.t('No tokens are known for this request.')}</p>`;
  const some = (value: number): string | null => (value === 0 ? null : formats.count(value));
  return html`${factRows([
    [l10n.t('Prompt'), formats.count(toPromptTokens(usage))],
    [l10n.t('Read from cache'), some(usage.cacheReadTokens)],
    [l10n.t('Written to cache'), some(usage.cacheWriteTokens)],
    [l10n.t('Output'), formats.count(usage.outputTokens)],
    [l10n.t('Of it reasoning'), some(usage.reasoningTokens)],
    [l10n.t('Estimated cost'), costUsd === null ? l10n.t('not known for this model') : formats.cost(costUsd)],
  ])}
  ${
    usage.isEstimated === true
      ? html`<p class="muted">${l10n.t('The tokens are estimated from the text: Cursor has not told them.')}</p>`
      : nothing
  }`;
};

/** Headers of one way; what is or may be a secret is named, and its value left out. */
export const headerList = (l10n: Localizer, headers: RequestDetail['requestHeaders']): TemplateResult =>
  headers.length === 0
    ? html`<p class="muted">${l10n.t('None yet.')}</p>`
    : html`<dl class="header-list">
        ${headers.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              ${value === null ? html`<dd class="muted">${l10n.t('(left out)')}</dd>` : html`<dd>${value}</dd>`}
            </div>`,
        )}
      </dl>`;
