import { html, type TemplateResult } from 'lit';
import type { ViewContext } from '../tab-view.ts';
import { icon } from './icon.ts';

/** What a button copies. */
export interface CopyButton {
  /** Never a secret. */
  readonly text: string;
  /** Names the thing in the user's language, such as "Base URL". */
  readonly what: string;
}

const COPIED_MS = 1_500;

/** A small button that copies a text: it shows a tick for a moment and tells screen readers. */
export const copyButton = (context: ViewContext, { text, what }: CopyButton): TemplateResult => {
  const { client, l10n, announce } = context;
  const label = l10n.t('Copy {0}', what);
  const copy = (event: Event): void => {
    client.command('copy', { text, what });
    announce(l10n.t('{0} copied', what));
    showTick(event.currentTarget);
  };
  return html`<button type="button" class="icon-button copy-button" title=${label} aria-label=${label} @click=${copy}>
    ${icon('copy')}${icon('check')}
  </button>`;
};

/** Shows for a moment that a copy button has worked. */
export const showTick = (button: EventTarget | null): void => {
  if (!(button instanceof HTMLElement)) return;
  button.classList.add('is-copied');
  setTimeout(() => button.classList.remove('is-copied'), COPIED_MS);
};
