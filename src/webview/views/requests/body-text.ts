import { html, nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../../../core/localizer.ts';
import type { Formats } from '../../../panel/formats.ts';
import { toJsonSpans } from '../../../panel/json-spans.ts';

const MAX_DRAWN_CHARACTERS = 60_000;

/** A body: JSON laid out and coloured, anything else as it is. Very long ones are cut, with a remark. */
export const bodyText = (l10n: Localizer, formats: Formats, label: string, body: string): TemplateResult => {
  const json = toJsonSpans(body, {
    maxCharacters: MAX_DRAWN_CHARACTERS,
    toRemark: (left) => l10n.t(' … {0} more characters', formats.count(left)),
  });
  const isCut = json === null ? body.length > MAX_DRAWN_CHARACTERS : json.isCut;
  const content =
    json === null
      ? body.slice(0, MAX_DRAWN_CHARACTERS)
      : json.spans.map(({ kind, text }) =>
          kind === 'plain' ? text : html`<span class=${`json-${kind}`}>${text}</span>`,
        );
  return html`<pre class="body-text" tabindex="0" role="region" aria-label=${label}>${content}</pre>
    ${
      isCut
        ? html`<p class="muted">
            ${l10n.t('The rest is not shown here, since it is very long. Open the request in an editor to see all of it.')}
          </p>`
        : nothing
    }`;
};
