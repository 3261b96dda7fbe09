import { html, nothing, type TemplateResult } from 'lit';
import type { ServerModel } from '../../../panel/models.ts';
import { breakable } from '../../components/breakable.ts';
import { copyButton } from '../../components/copy-button.ts';
import { sectionHeading } from '../../components/section-heading.ts';
import type { ViewContext } from '../../tab-view.ts';

/** Where tools reach the server; nothing where none listens. */
export const connectionSection = (context: ViewContext, server: ServerModel): TemplateResult | typeof nothing => {
  const { l10n } = context;
  if (server.baseUrl === null) return nothing;
  return html`<section>
    ${sectionHeading(l10n.t('Connection'))}
    <dl class="fact-rows">
      <div>
        <dt>${l10n.t('Base URL')}</dt>
        <dd>
          <code>${breakable(server.baseUrl)}</code
          >${copyButton(context, { text: server.baseUrl, what: l10n.t('Base URL') })}
        </dd>
      </div>
      ${
        server.port === null
          ? nothing
          : html`<div>
              <dt>${l10n.t('Port')}</dt>
              <dd>
                <code>${server.port}</code>${copyButton(context, { text: String(server.port), what: l10n.t('Port') })}
              </dd>
            </div>`
      }
    </dl>
  </section>`;
};
