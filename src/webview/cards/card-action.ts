import { html, type TemplateResult } from 'lit';
import type { DirectiveResult } from 'lit/directive.js';
import { icon } from '../components/icon.ts';

/** What can be done with what a card shows. */
export interface CardAction {
  readonly icon: string;
  readonly label: string;
  /** The label with what it is about, for screen readers: it begins with the label. */
  readonly fullLabel: string;
  /** A place for the keyboard focus. */
  readonly place: DirectiveResult;
  readonly onClick: () => void;
}

/** A button in words on a card: several cards have the same, so screen readers hear what it is about. */
export const cardAction = (action: CardAction): TemplateResult =>
  html`<button
    type="button"
    class="link-button"
    aria-label=${action.fullLabel}
    @click=${action.onClick}
    ${action.place}
  >
    ${icon(action.icon)}<span>${action.label}</span>
  </button>`;
