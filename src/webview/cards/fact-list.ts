import { html, nothing, type TemplateResult } from 'lit';
import './cards.css';

/** One thing that is known of what a card shows. */
export interface Fact {
  readonly label: string;
  readonly value: string | TemplateResult;
  /** The value in full, where it is shown short. */
  readonly title?: string;
  /** Whether it takes two columns where there are some. */
  readonly isLong?: boolean;
}

/** What is known of something, as names and values: below each other where it is narrow, in columns where it is wide. */
export const factList = (facts: readonly Fact[]): TemplateResult =>
  html`<dl class="fact-list">
    ${facts.map(
      ({ label, value, title, isLong }) =>
        html`<div class=${isLong === true ? 'fact is-long' : 'fact'}>
          <dt>${label}</dt>
          <dd title=${title ?? nothing}>${value}</dd>
        </div>`,
    )}
  </dl>`;
