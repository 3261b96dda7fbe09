import { html, nothing, type TemplateResult } from 'lit';
import { toDayTokens, type Formats } from '../../../panel/formats.ts';
import type { OverviewModel } from '../../../panel/models.ts';
import { sectionHeading } from '../../components/section-heading.ts';
import type { ViewContext } from '../../tab-view.ts';

/** What runs now, and what was used today. */
export const todaySection = ({ l10n }: ViewContext, formats: Formats, model: OverviewModel): TemplateResult => {
  const { server, activeRuns, queuedRuns, today } = model;
  const tile = (name: string, value: string, remark: string): TemplateResult =>
    html`<div class="tile">
      <dt>${name}</dt>
      <dd><span class="tile-value">${value}</span> <span class="tile-remark muted">${remark}</span></dd>
    </div>`;
  return html`<section>
    ${sectionHeading(l10n.t('Activity'))}
    <dl class="tiles">
      ${
        server.status === 'running'
          ? tile(
              l10n.t('Running now'),
              formats.count(activeRuns),
              queuedRuns === 0 ? l10n.t('none waiting') : l10n.t('{0} waiting', formats.count(queuedRuns)),
            )
          : nothing
      }
      ${tile(l10n.t('Answered'), formats.count(today.requests), l10n.t('today'))}
      ${tile(
        l10n.t('Tokens'),
        formats.compact(toDayTokens(today)),
        l10n.t('{0} in, {1} out', formats.compact(today.inputTokens), formats.compact(today.outputTokens)),
      )}
      ${tile(l10n.t('Cost'), formats.cost(today.costUsd), l10n.t('estimated, list prices'))}
    </dl>
  </section>`;
};
