import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icon.ts';

/** A button in the look of a link: for what is next to the main thing. */
export interface LinkButton {
  readonly label: string;
  readonly icon?: string;
  readonly onClick: () => void;
}

/** A button in the look of a link. */
export const linkButton = (button: LinkButton): TemplateResult =>
  html`<button type="button" class="link-button" @click=${button.onClick}>
    ${button.icon === undefined ? nothing : icon(button.icon)}<span>${button.label}</span>
  </button>`;
