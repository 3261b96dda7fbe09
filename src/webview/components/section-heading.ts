import { html, nothing, type TemplateResult } from 'lit';

/** The heading of a part of a view. `actions` stand at its end: small buttons. `id` for `aria-labelledby`. */
export const sectionHeading = (
  text: string,
  options: { readonly id?: string; readonly actions?: TemplateResult } = {},
): TemplateResult =>
  html`<div class="section-heading">
    <h2 id=${options.id ?? nothing}>${text}</h2>
    ${options.actions === undefined ? nothing : html`<div class="section-actions">${options.actions}</div>`}
  </div>`;
