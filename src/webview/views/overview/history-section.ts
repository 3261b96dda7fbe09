import { html, type TemplateResult } from 'lit';
import type { Formats } from '../../../panel/formats.ts';
import type { HistoryPoint } from '../../../panel/models.ts';
import { sectionHeading } from '../../components/section-heading.ts';
import { sparkline } from '../../components/sparkline.ts';
import type { ViewContext } from '../../tab-view.ts';

/** The last half hour in two small charts. */
export const historySection = (
  { l10n }: ViewContext,
  formats: Formats,
  history: readonly HistoryPoint[],
): TemplateResult => {
  const requests = history.map((point) => point.requests);
  const firstDeltas = history.map((point) => point.firstDeltaMs);
  const known = firstDeltas.filter((value) => value !== null);
  const latestRequests = formats.count(requests.at(-1) ?? 0);
  const mostRequests = formats.count(Math.max(0, ...requests));
  const latestDelta = known.at(-1);
  const none = l10n.t('none yet');
  const latest = latestDelta === undefined ? none : formats.duration(latestDelta);
  const longest = known.length === 0 ? none : formats.duration(Math.max(...known));
  const first = history[0];
  const ends = { from: first === undefined ? '' : formats.minute(first.at), to: l10n.t('now') };
  return html`<section>
    ${sectionHeading(l10n.t('Last half hour'))}
    <div class="charts">
      ${sparkline({
        kind: 'bars',
        title: l10n.t('Requests per minute'),
        remark: l10n.t('now {0}, peak {1}', latestRequests, mostRequests),
        description: l10n.t(
          'Requests per minute in the last half hour: {0} in this minute, {1} at most.',
          latestRequests,
          mostRequests,
        ),
        values: requests,
        ...ends,
      })}
      ${sparkline({
        kind: 'line',
        title: l10n.t('Time to first output'),
        remark: known.length === 0 ? none : l10n.t('latest {0}, peak {1}', latest, longest),
        description: l10n.t(
          'Median time to the first output by minutes in the last half hour: latest {0}, longest {1}.',
          latest,
          longest,
        ),
        values: firstDeltas,
        ...ends,
      })}
    </div>
  </section>`;
};
