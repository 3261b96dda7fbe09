import { html, type TemplateResult } from 'lit';
import type { Localizer } from '../../../core/localizer.ts';
import type { RequestSummary } from '../../../core/request-activity.ts';

/** Says to screen readers what has come in, now and then rather than row by row. */
export interface ArrivalLog {
  note(added: readonly RequestSummary[], changed: readonly RequestSummary[]): void;
  render(): TemplateResult;
}

const PAUSE_MS = 5_000;

/** Makes a log that speaks at most every five seconds. */
export const createArrivalLog = (l10n: Localizer, invalidate: () => void): ArrivalLog => {
  const failed = new Set<number>();
  let added = 0;
  let text = '';
  let timer: ReturnType<typeof setTimeout> | null = null;

  const toText = (): string => {
    const parts: string[] = [];
    if (added === 1) parts.push(l10n.t('1 new request'));
    if (added > 1) parts.push(l10n.t('{0} new requests', added));
    if (failed.size === 1) parts.push(l10n.t('1 failed'));
    if (failed.size > 1) parts.push(l10n.t('{0} failed', failed.size));
    return parts.join(', ');
  };

  const speak = (): void => {
    timer = null;
    text = toText();
    added = 0;
    failed.clear();
    invalidate();
  };

  return {
    note: (newRows, changed) => {
      added += newRows.length;
      for (const { id, outcome } of changed) if (outcome === 'failed') failed.add(id);
      if (added + failed.size > 0) timer ??= setTimeout(speak, PAUSE_MS);
    },
    render: () => html`<div class="visually-hidden" role="log" aria-label=${l10n.t('New requests')}>${text}</div>`,
  };
};
