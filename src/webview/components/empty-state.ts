import { html, nothing, type TemplateResult } from 'lit';
import { actionButton, type ActionButton } from './action-button.ts';
import { icon } from './icon.ts';
import { linkButton, type LinkButton } from './link-button.ts';

/** What a view shows where it has nothing to show. */
export interface EmptyState {
  readonly icon: string;
  readonly title: string;
  /** One or two sentences on what will be here, or why nothing is. */
  readonly text: string;
  /** The one thing to do. */
  readonly action?: Omit<ActionButton, 'isPrimary'>;
  readonly links?: readonly LinkButton[];
}

/** What a view shows where it has nothing to show, with one thing to do. */
export const emptyState = (state: EmptyState): TemplateResult =>
  html`<div class="empty-state">
    <div class="empty-state-icon">${icon(state.icon)}</div>
    <h2>${state.title}</h2>
    <p>${state.text}</p>
    ${state.action === undefined ? nothing : actionButton({ ...state.action, isPrimary: true })}
    ${
      state.links === undefined || state.links.length === 0
        ? nothing
        : html`<div class="link-row">${state.links.map(linkButton)}</div>`
    }
  </div>`;
