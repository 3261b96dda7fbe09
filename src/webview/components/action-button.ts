import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';

/** A button with words. */
export interface ActionButton {
  readonly label: string;
  /** A codicon before the words. */
  readonly icon?: string;
  /** Whether it is the one thing to do here; at most one in a view. */
  readonly isPrimary?: boolean;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
}

/** A button with words, in the look of the editor. */
export const actionButton = (button: ActionButton): TemplateResult =>
  html`<vscode-button
    ?secondary=${button.isPrimary !== true}
    ?disabled=${button.isDisabled === true}
    aria-disabled=${button.isDisabled === true ? 'true' : 'false'}
    @click=${() => {
      if (button.isDisabled !== true) button.onClick();
    }}
    @keydown=${keepPageStill}
    >${
      button.icon === undefined
        ? nothing
        : html`<span slot="content-before" class=${`codicon codicon-${button.icon}`} aria-hidden="true"></span>`
    }${button.label}</vscode-button
  >`;

/** Space presses the button; otherwise it would scroll what is around it as well. */
const keepPageStill = (event: KeyboardEvent): void => {
  if (event.key === ' ') event.preventDefault();
};
