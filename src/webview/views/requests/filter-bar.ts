import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, type TemplateResult } from 'lit';
import type { Localizer } from '../../../core/localizer.ts';
import { parseRequestFilter, type RequestFilter } from '../../../panel/request-filter.ts';
import { icon } from '../../components/icon.ts';
import { iconButton } from '../../components/icon-button.ts';
import { toOutcomeName } from './request-words.ts';

/** What stands above the list: what to list, capture, and clear. */
export const filterBar = (options: {
  readonly l10n: Localizer;
  readonly filter: RequestFilter;
  readonly models: readonly string[];
  readonly isCapturing: boolean;
  /** Told what has changed: what is drawn may be older than the filter is. */
  readonly onFilter: (change: Partial<RequestFilter>) => void;
  readonly onCapture: (isCapturing: boolean) => void;
  readonly onClear: () => void;
  readonly onLeave: () => void;
}): TemplateResult => {
  const { l10n, filter, isCapturing, onFilter } = options;
  const captureLabel = isCapturing ? l10n.t('Stop capturing bodies') : l10n.t('Capture bodies of new requests');
  // A filter may name a model that is not in the list any more: it has to be seen to be taken away.
  const models =
    filter.model === null || options.models.includes(filter.model) ? options.models : [...options.models, filter.model];
  return html`<div class="filter-bar" role="search" aria-label=${l10n.t('Filter requests')}>
    <vscode-textfield
      class="filter-text"
      type="text"
      placeholder=${l10n.t('Filter')}
      .label=${l10n.t('Filter by text')}
      .value=${filter.text}
      @input=${(event: Event) => onFilter({ text: readValue(event) })}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'ArrowDown') options.onLeave();
        if (event.key === 'Escape' && filter.text !== '') onFilter({ text: '' });
      }}
      ><span slot="content-before" class="codicon codicon-filter" aria-hidden="true"></span
      ><span slot="content-after" class="filter-text-end"></span
    ></vscode-textfield>
    <select
      class="filter-select"
      aria-label=${l10n.t('Status')}
      @change=${(event: Event) => onFilter({ outcome: parseRequestFilter({ outcome: readValue(event) }).outcome })}
    >
      <option value="all" .selected=${filter.outcome === 'all'}>${l10n.t('All states')}</option>
      ${(['running', 'succeeded', 'failed', 'cancelled'] as const).map(
        (outcome) =>
          html`<option value=${outcome} .selected=${filter.outcome === outcome}>
            ${toOutcomeName(l10n, outcome)}
          </option>`,
      )}
    </select>
    <select
      class="filter-select"
      aria-label=${l10n.t('Model')}
      @change=${(event: Event) => {
        const model = readValue(event);
        onFilter({ model: model === '' ? null : model });
      }}
    >
      <option value="" .selected=${filter.model === null}>${l10n.t('All models')}</option>
      ${models.map((model) => html`<option value=${model} .selected=${filter.model === model}>${model}</option>`)}
    </select>
    <div class="filter-actions">
      <button
        type="button"
        class="icon-button capture-button"
        title=${captureLabel}
        aria-label=${l10n.t('Capture bodies')}
        aria-pressed=${isCapturing ? 'true' : 'false'}
        @click=${() => options.onCapture(!isCapturing)}
      >
        ${icon(isCapturing ? 'stop-circle' : 'record')}
      </button>
      ${iconButton({ icon: 'clear-all', label: l10n.t('Clear what is over'), onClick: options.onClear })}
    </div>
  </div>`;
};

const readValue = ({ currentTarget }: Event): string =>
  typeof currentTarget === 'object' &&
  currentTarget !== null &&
  'value' in currentTarget &&
  typeof currentTarget.value === 'string'
    ? currentTarget.value
    : '';
