import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ToolChoiceRow } from '../../../panel/models.ts';
import { badge } from '../../cards/badge.ts';
import type { FocusKeeper } from '../../directives/focus-keeper.ts';
import type { ViewContext } from '../../tab-view.ts';

/** A list of tools that a few letters shorten. */
export interface ToolPicker {
  render(tools: readonly ToolChoiceRow[]): TemplateResult;
}

const toOptionId = (toolId: string): string => `tool-${toolId}`;

/**
 * A search field over a list that is always open: the field keeps the focus, the arrow keys move through the list, Enter
 * chooses (the ARIA pattern of a combobox with a list).
 */
export const createToolPicker = (
  { l10n, invalidate }: ViewContext,
  { focus, onChoose }: { readonly focus: FocusKeeper; readonly onChoose: (toolId: string) => void },
): ToolPicker => {
  let search = '';
  let activeId: string | null = null;

  const choose = (toolId: string): void => {
    search = '';
    activeId = null;
    onChoose(toolId);
  };

  const move = (found: readonly ToolChoiceRow[], step: 1 | -1): void => {
    const index = found.findIndex(({ id }) => id === activeId);
    const next = index === -1 && step === -1 ? found.length - 1 : (index + step + found.length) % found.length;
    activeId = found[next]?.id ?? null;
    if (activeId !== null) document.getElementById(toOptionId(activeId))?.scrollIntoView({ block: 'nearest' });
    invalidate();
  };

  const onKeyDown = (event: KeyboardEvent, found: readonly ToolChoiceRow[]): void => {
    // Enter ends the composing of a letter first.
    if (event.isComposing || found.length === 0) return;
    const active = found.find(({ id }) => id === activeId) ?? (search === '' ? undefined : found[0]);
    if (event.key === 'ArrowDown') move(found, 1);
    else if (event.key === 'ArrowUp') move(found, -1);
    else if (event.key === 'Enter' && active !== undefined) choose(active.id);
    else return;
    event.preventDefault();
  };

  const option = ({ id, name, description, canUndo }: ToolChoiceRow): TemplateResult =>
    html`<li
      id=${toOptionId(id)}
      role="option"
      class="tool-option"
      aria-selected=${id === activeId ? 'true' : 'false'}
      @click=${() => choose(id)}
    >
      <span class="tool-name">${name}</span>
      ${canUndo ? badge(l10n.t('Written')) : nothing}
      <span class="tool-description">${description}</span>
    </li>`;

  return {
    render(tools) {
      const found = tools.filter((tool) => matches(tool, search));
      const hasActive = found.some(({ id }) => id === activeId);
      return html`<div class="tool-picker">
        <label for="tool-search">${l10n.t('Which tool do you want to connect?')}</label>
        <input
          id="tool-search"
          class="text-input"
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck="false"
          placeholder=${l10n.t('Search')}
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls="tool-list"
          aria-activedescendant=${hasActive && activeId !== null ? toOptionId(activeId) : nothing}
          .value=${live(search)}
          @input=${(event: Event) => {
            if (!(event.currentTarget instanceof HTMLInputElement)) return;
            search = event.currentTarget.value;
            activeId = null;
            invalidate();
          }}
          @keydown=${(event: KeyboardEvent) => {
            // What was typed a moment ago may not be drawn yet.
            onKeyDown(
              event,
              tools.filter((tool) => matches(tool, search)),
            );
          }}
          ${focus.place('tool-search')}
        />
        <ul id="tool-list" class="tool-list" role="listbox" aria-label=${l10n.t('Tools')}>
          ${found.map(option)}
        </ul>
        <p class="muted tool-none" role="status">${found.length === 0 ? l10n.t('No tool is called that.') : nothing}</p>
      </div>`;
    },
  };
};

/** Whether all words of the search are in what is known of the tool. */
const matches = ({ id, name, description }: ToolChoiceRow, search: string): boolean => {
  const text = `${name} ${id} ${description}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word));
};
