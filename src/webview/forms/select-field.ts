import { html, type TemplateResult } from 'lit';
import { fieldNotes, listNoteIds, type FieldNotes } from './field-notes.ts';
import './forms.css';

/** One of a few things that a person chooses. */
export interface SelectField extends FieldNotes {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}

/** A labelled drop-down list with a hint and its error. It is the browser's own, for the reason that `textField` has. */
export const selectField = (field: SelectField): TemplateResult =>
  html`<div class="form-field">
    <label for=${field.id}>${field.label}</label>
    <select
      id=${field.id}
      class="select-input"
      aria-describedby=${listNoteIds(field)}
      @change=${(event: Event) => {
        if (event.currentTarget instanceof HTMLSelectElement) field.onChange(event.currentTarget.value);
      }}
    >
      ${field.options.map(
        ({ value, label }) => html`<option value=${value} .selected=${value === field.value}>${label}</option>`,
      )}
    </select>
    ${fieldNotes(field)}
  </div>`;
