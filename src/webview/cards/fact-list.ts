import { html, nothing, type TemplateResult } from 'lit';
import './cards.css';

/** One thing that is known of what a card shows. */
export interface Fact {
  readonly label: string;
  readonly value: string | TemplateResult;
  /** The value in full, where it is shown short. */
  readonly title?: string;
  /** Whether it takes two columns where there is much room. */
  readonly isLong?: boolean;
}

/** Where there is some room. */
const MOST_COLUMNS = 4;

/** What is known of something, as names and values: below each other where it is narrow, in columns where it is wide. */
export const factList = (facts: readonly Fact[]): TemplateResult =>
  html`<dl class="fact-list" .style=${toColumns(facts)}>
    ${facts.map(
      ({ label, value, title, isLong }) =>
        html`<div class=${isLong === true ? 'fact is-long' : 'fact'}>
          <dt>${label}</dt>
          <dd title=${title ?? nothing}>${value}</dd>
        </div>`,
    )}
  </dl>`;

/** In rows of about the same length where there is some room, in one row where there is much. */
const toColumns = (facts: readonly Fact[]): string => {
  const inRows = Math.ceil(facts.length / Math.ceil(facts.length / MOST_COLUMNS));
  const inOneRow = facts.reduce((sum, { isLong }) => sum + (isLong === true ? 2 : 1), 0);
  return `--fact-columns: ${Math.max(3, inRows)}; --fact-count: ${Math.max(6, inOneRow)}`;
};
