import { html, type TemplateResult } from 'lit';
import { icon } from './icon.ts';

/** A small button that is a picture only. */
export interface IconButton {
  readonly icon: string;
  /** What it does: its name for screen readers, and its tooltip. */
  readonly label: string;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
}

/** A small button that is a picture only, as in the title bars of the editor. */
export const iconButton = (button: IconButton): TemplateResult =>
  html`<button
    type="button"
    class="icon-button"
    title=${button.label}
    aria-label=${button.label}
    ?disabled=${button.isDisabled === true}
    @click=${button.onClick}
  >
    ${icon(button.icon)}
  </button>`;
