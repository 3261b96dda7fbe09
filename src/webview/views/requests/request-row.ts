import { html, nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../../../core/localizer.ts';
import type { RequestSummary } from '../../../core/request-activity.ts';
import { toPromptTokens, type Formats } from '../../../panel/formats.ts';
import { icon } from '../../components/icon.ts';
import { toOutcomeIcon, toOutcomeName, toProtocolName, toShortProtocolName, toStatusText } from './request-words.ts';

/** How a row stands in the list. */
export interface RowPlace {
  /** From 0. */
  readonly index: number;
  readonly isSelected: boolean;
  /** Milliseconds since 1970, for what is under way. */
  readonly now: number;
}

/** The columns, in their order. */
export const listColumns = (l10n: Localizer): readonly { readonly name: string; readonly label: string }[] => [
  { name: 'time', label: l10n.t('Time') },
  { name: 'client', label: l10n.t('Client') },
  { name: 'protocol', label: l10n.t('Protocol') },
  { name: 'model', label: l10n.t('Model') },
  { name: 'status', label: l10n.t('Status') },
  { name: 'duration', label: l10n.t('Duration') },
  { name: 'first', label: l10n.t('First output') },
  { name: 'tokens', label: l10n.t('Tokens') },
  { name: 'cost', label: l10n.t('Cost') },
];

export const toRowId = (id: number): string => `request-${id}`;

/** One request as a row: in columns where there is room, otherwise on two lines; the style sheet decides. */
export const requestRow = (l10n: Localizer, formats: Formats, row: RequestSummary, place: RowPlace): TemplateResult => {
  const { usage } = row;
  const durationMs = row.durationMs ?? Math.max(0, place.now - row.startedAt);
  const client = row.client ?? l10n.t('Unknown client');
  const outcome = toOutcomeName(l10n, row.outcome);
  const target = row.model ?? row.path;
  return html`<div
    role="row"
    id=${toRowId(row.id)}
    data-id=${row.id}
    class=${`request-row is-${row.outcome}`}
    aria-rowindex=${place.index + 2}
    aria-selected=${place.isSelected ? 'true' : 'false'}
  >
    <div role="gridcell" class="cell-time">${formats.time(row.startedAt)}</div>
    <div role="gridcell" class="cell-client" title=${client}>${client}</div>
    <div
      role="gridcell"
      class="cell-protocol"
      title=${row.protocol === null ? nothing : toProtocolName(l10n, row.protocol)}
    >
      ${row.protocol === null ? row.method : toShortProtocolName(l10n, row.protocol)}
    </div>
    <div role="gridcell" class=${row.model === null ? 'cell-model muted' : 'cell-model'} title=${target}>${target}</div>
    <div role="gridcell" class="cell-status" title=${row.errorCode ?? outcome}>
      ${icon(toOutcomeIcon(row.outcome))}<span class="visually-hidden">${outcome}</span
      ><span class="status-text" aria-hidden=${toStatusText(l10n, row) === outcome ? 'true' : nothing}
        >${toStatusText(l10n, row)}</span
      >
    </div>
    <div role="gridcell" class="cell-duration">${formats.duration(durationMs)}</div>
    <div role="gridcell" class="cell-first">
      ${row.firstDeltaMs === null ? nothing : formats.duration(row.firstDeltaMs)}
    </div>
    <div
      role="gridcell"
      class="cell-tokens"
      title=${
        usage === null
          ? nothing
          : l10n.t('{0} in, {1} out', formats.count(toPromptTokens(usage)), formats.count(usage.outputTokens))
      }
    >
      ${
        usage === null
          ? nothing
          : `${usage.isEstimated === true ? '~' : ''}${formats.compact(toPromptTokens(usage))} → ${formats.compact(usage.outputTokens)}`
      }
    </div>
    <div role="gridcell" class="cell-cost">${row.costUsd === null ? nothing : formats.cost(row.costUsd)}</div>
  </div>`;
};
