import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import './forms.css';

/** A thing that is so or is not. */
export interface CheckboxField {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

/** A labelled checkbox. It is the browser's own: what a screen reader presses is then what was changed. */
export const checkboxField = ({ label, isChecked, onChange }: CheckboxField): TemplateResult =>
  html`<label class="checkbox-field">
    <input
      class="checkbox-input"
      type="checkbox"
      .checked=${live(isChecked)}
      @change=${({ currentTarget }: Event) => {
        if (currentTarget instanceof HTMLInputElement) onChange(currentTarget.checked);
      }}
    />
    <span>${label}</span>
  </label>`;
