import { html, type TemplateResult } from 'lit';

/** A word that marks a card, such as "Default". */
export const badge = (text: string): TemplateResult => html`<span class="badge">${text}</span>`;
