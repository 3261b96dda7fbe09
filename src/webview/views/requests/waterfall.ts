import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Localizer } from '../../../core/localizer.ts';
import type { RequestDetail } from '../../../core/request-activity.ts';
import type { Formats } from '../../../panel/formats.ts';
import { toPhases } from '../../../panel/request-phases.ts';
import { toPhaseName } from './request-words.ts';

/** The shortest bar that can be seen is this part of the whole. */
const MIN_PARTS = 80;

/** Where the time of a request went: a bar for each part of its life, with its length as text. */
export const waterfall = (l10n: Localizer, formats: Formats, detail: RequestDetail, now: number): TemplateResult => {
  const phases = toPhases(detail, Math.max(0, now - detail.startedAt));
  const totalMs = Math.max(1, phases.at(-1)?.endMs ?? 0);
  const toPercent = (durationMs: number): string => `${((durationMs / totalMs) * 100).toFixed(2)}%`;
  return html`<table class="waterfall">
    <caption class="visually-hidden">
      ${l10n.t('Where the time went')}
    </caption>
    <colgroup>
      <col class="waterfall-names" />
      <col />
      <col class="waterfall-lengths" />
    </colgroup>
    <tbody>
      ${phases.map(({ name, startMs, endMs, isOpen }) => {
        const length = formats.duration(endMs - startMs);
        return html`<tr>
          <th scope="row">${toPhaseName(l10n, name, detail.outcome)}</th>
          <td class="waterfall-bar">
            <svg width="100%" height="10" aria-hidden="true">
              ${svg`<line class="waterfall-track" x1="0" x2="100%" y1="5" y2="5"></line><rect
                class=${`phase-${name}`}
                x=${toPercent(Math.min(startMs, totalMs - totalMs / MIN_PARTS))}
                width=${toPercent(Math.max(endMs - startMs, totalMs / MIN_PARTS))}
                y="1"
                height="8"
                rx="1"
              ></rect>`}
            </svg>
          </td>
          <td class=${isOpen ? 'waterfall-length is-open' : 'waterfall-length'}>
            ${length}${isOpen ? html`<span class="visually-hidden"> ${l10n.t('so far')}</span>` : nothing}
          </td>
        </tr>`;
      })}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">${l10n.t('In all')}</th>
        <td></td>
        <td class="waterfall-length">${formats.duration(totalMs)}</td>
      </tr>
    </tfoot>
  </table>`;
};
