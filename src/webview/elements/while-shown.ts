import { html, type TemplateResult } from 'lit';

/** Begins something as a part of a view comes into the page; gives the function that ends it. */
export type StartWhileShown = () => () => void;

/**
 * An element without a look that starts something as it comes into the page and ends it as it goes. An element, because the
 * browser tells it so however it is taken away; Lit's directives are not told where `keyed` takes them away.
 */
class WhileShownElement extends HTMLElement {
  start: StartWhileShown | null = null;
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    this.#stop ??= this.start?.() ?? null;
  }

  disconnectedCallback(): void {
    this.#stop?.();
    this.#stop = null;
  }
}

const NAME = 'portside-while-shown';
if (customElements.get(NAME) === undefined) customElements.define(NAME, WhileShownElement);

/** Within a view: starts something as long as it is in the page, such as a timer, and ends it as it goes. */
export const whileShown = (start: StartWhileShown): TemplateResult =>
  html`<portside-while-shown hidden .start=${start}></portside-while-shown>`;
