import './overview.css';
import { html, nothing, type TemplateResult } from 'lit';
import { createFormats } from '../../../panel/formats.ts';
import type { OverviewModel } from '../../../panel/models.ts';
import type { PanelTab } from '../../../panel/contract/panel-messages.ts';
import { linkButton } from '../../components/link-button.ts';
import { warningList } from '../../components/warning-list.ts';
import type { TabView, ViewContext } from '../../tab-view.ts';
import { accountSection } from './account-section.ts';
import { connectionSection } from './connection-section.ts';
import { historySection } from './history-section.ts';
import { serverHead } from './server-head.ts';
import { todaySection } from './today-section.ts';

/** The tab that says how the server stands, and what to do next. */
export const createOverviewView = (
  context: ViewContext,
  { showTab }: { readonly showTab: (tab: PanelTab) => void },
): TabView<OverviewModel> => {
  const { client, l10n } = context;
  const formats = createFormats(context.locale);
  let model: OverviewModel | null = null;

  const links = ({ server }: OverviewModel): TemplateResult =>
    html`<nav class="link-row" aria-label=${l10n.t('More')}>
      ${
        server.status === 'running'
          ? linkButton({ icon: 'plug', label: l10n.t('Connect a tool'), onClick: () => showTab('connect') })
          : nothing
      }
      ${
        server.status === 'failed'
          ? linkButton({
              icon: 'edit',
              label: l10n.t('Change port'),
              onClick: () => client.command('run', { command: 'portside.changePort' }),
            })
          : nothing
      }
      ${linkButton({
        icon: 'output',
        label: l10n.t('Show logs'),
        onClick: () => client.command('run', { command: 'portside.showLogs' }),
      })}
      ${linkButton({
        icon: 'settings-gear',
        label: l10n.t('Settings'),
        onClick: () => client.command('run', { command: 'portside.openSettings' }),
      })}
      ${linkButton({
        icon: 'bug',
        label: l10n.t('Copy diagnostics'),
        onClick: () => client.command('run', { command: 'portside.copyDiagnostics' }),
      })}
    </nav>`;

  return {
    update: (next) => {
      if (model !== null && model.server.status !== next.server.status) context.announce(next.server.summary);
      model = next;
      context.invalidate();
    },
    render: () => {
      if (model === null) return html`<p class="panel-loading">${l10n.t('Loading…')}</p>`;
      const hasHistory = model.history.some(({ requests }) => requests > 0);
      const isServing = model.server.status === 'running';
      return html`<div class="view-body overview">
        ${serverHead(context, model.server)} ${warningList(l10n, model.server.warnings)}
        <div class="overview-facts">${connectionSection(context, model.server)} ${accountSection(context, model)}</div>
        ${isServing || model.today.requests > 0 ? todaySection(context, formats, model) : nothing}
        ${isServing || hasHistory ? historySection(context, formats, model.history) : nothing} ${links(model)}
      </div>`;
    },
  };
};
