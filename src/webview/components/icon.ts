import { html, type TemplateResult } from 'lit';

/** A codicon as a picture beside words: screen readers skip it. `name` without its prefix, such as `copy`. */
export const icon = (name: string): TemplateResult =>
  html`<span class=${`codicon codicon-${name}`} aria-hidden="true"></span>`;
