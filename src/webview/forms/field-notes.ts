import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../components/icon.ts';

/** What stands below a field of a form. */
export interface FieldNotes {
  /** The field's own id, unique in the page. */
  readonly id: string;
  readonly hint?: string;
  /** What is wrong with what was typed, and what would be right. */
  readonly error?: string | undefined;
}

/** The ids of a field's notes, for its `aria-describedby`. */
export const listNoteIds = ({ id, hint, error }: FieldNotes): string | typeof nothing => {
  const ids = [...(error === undefined ? [] : [`${id}-error`]), ...(hint === undefined ? [] : [`${id}-hint`])];
  return ids.length === 0 ? nothing : ids.join(' ');
};

/** A field's error and its hint. */
export const fieldNotes = ({ id, hint, error }: FieldNotes): TemplateResult =>
  html`${error === undefined ? nothing : html`<p id=${`${id}-error`} class="form-error">${icon('error')}<span>${error}</span></p>`}
  ${hint === undefined ? nothing : html`<p id=${`${id}-hint`} class="form-hint">${hint}</p>`}`;
