import { html, type TemplateResult } from 'lit';

/**
 * A text with paths or addresses in it: where it is too long for a line it breaks behind their slashes or before their @, not
 * within a name.
 */
export const breakable = (text: string): TemplateResult =>
  html`${text.split(BREAKS).map((part, index) => (index === 0 ? part : html`<wbr />${part}`))}`;

/** Neither at the beginning of a path nor behind `https://`. */
const BREAKS = /(?<=[^\s/\\][/\\])(?=[^\s/\\])|(?<=[^\s/\\])(?=@)/u;
