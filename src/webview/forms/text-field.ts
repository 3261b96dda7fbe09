import { html, nothing, type TemplateResult } from 'lit';
import type { DirectiveResult } from 'lit/directive.js';
import { live } from 'lit/directives/live.js';
import { fieldNotes, listNoteIds, type FieldNotes } from './field-notes.ts';
import './forms.css';

/** A line of text that a person types. */
export interface TextField extends FieldNotes {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly isNumber?: boolean;
  readonly isRequired?: boolean;
  /** A place for the keyboard focus. */
  readonly focus?: DirectiveResult;
  readonly onInput: (value: string) => void;
}

/**
 * A labelled input with a hint and its error. It is the browser's own: the shadow tree of a custom element would keep the
 * hint and the error from screen readers.
 */
export const textField = (field: TextField): TemplateResult =>
  html`<div class="form-field">
    <label for=${field.id}>${field.label}</label>
    <input
      id=${field.id}
      class="text-input"
      type="text"
      inputmode=${field.isNumber === true ? 'numeric' : nothing}
      autocomplete="off"
      spellcheck="false"
      placeholder=${field.placeholder ?? nothing}
      aria-required=${field.isRequired === true ? 'true' : nothing}
      aria-invalid=${field.error === undefined ? nothing : 'true'}
      aria-describedby=${listNoteIds(field)}
      .value=${live(field.value)}
      @input=${(event: Event) => {
        if (event.currentTarget instanceof HTMLInputElement) field.onInput(event.currentTarget.value);
      }}
      ${field.focus ?? nothing}
    />
    ${fieldNotes(field)}
  </div>`;
