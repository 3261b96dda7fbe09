import { html, nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../../../core/localizer.ts';
import type { PanelCommand } from '../../../panel/contract/panel-messages.ts';
import type { ServerModel } from '../../../panel/models.ts';
import { actionButton } from '../../components/action-button.ts';
import { breakable } from '../../components/breakable.ts';
import { icon } from '../../components/icon.ts';
import type { ViewContext } from '../../tab-view.ts';

interface StateLook {
  readonly icon: string;
  readonly name: string;
  /** How it is coloured, besides its picture and its words. */
  readonly tone: 'good' | 'quiet' | 'busy' | 'warning' | 'bad';
}

const toLook = (l10n: Localizer, server: ServerModel): StateLook => {
  switch (server.status) {
    case 'running':
      return server.needsSignIn
        ? { icon: 'warning', name: l10n.t('Running'), tone: 'warning' }
        : { icon: 'radio-tower', name: l10n.t('Running'), tone: 'good' };
    case 'starting':
      return { icon: 'loading codicon-modifier-spin', name: l10n.t('Starting'), tone: 'busy' };
    case 'served-elsewhere':
      return { icon: 'multiple-windows', name: l10n.t('Served by another window'), tone: 'quiet' };
    case 'failed':
      return { icon: 'error', name: l10n.t('Failed'), tone: 'bad' };
    case 'stopped':
      return server.isRestricted
        ? { icon: 'shield', name: l10n.t('Restricted workspace'), tone: 'quiet' }
        : { icon: 'circle-slash', name: l10n.t('Stopped'), tone: 'quiet' };
  }
};

interface NextStep {
  /** Why it is the thing to do; `null` where the state says it already. */
  readonly text: string | null;
  readonly action: { readonly icon: string; readonly label: string; readonly command: PanelCommand } | null;
}

const toSignInReason = (l10n: Localizer, { status }: ServerModel): string => {
  switch (status) {
    case 'running':
      return l10n.t('Portside answers with your own Cursor account. Requests are refused until you sign in.');
    case 'served-elsewhere':
      return l10n.t('Portside answers with your own Cursor account. Sign in once.');
    case 'stopped':
    case 'starting':
    case 'failed':
      return l10n.t('Portside answers with your own Cursor account. Sign in once, then start the server.');
  }
};

/** The one thing to do now; `null` where there is none. */
const toNextStep = (l10n: Localizer, server: ServerModel): NextStep | null => {
  const isIdle = server.status === 'stopped' || server.status === 'failed';
  if (server.isRestricted && isIdle)
    return {
      text: l10n.t(
        'This workspace is not trusted, and Portside starts no server for it. Trust the workspace to go on: the command Workspaces: Manage Workspace Trust.',
      ),
      action: null,
    };
  if (server.needsSignIn && server.status !== 'starting')
    return {
      text: toSignInReason(l10n, server),
      action: { icon: 'account', label: l10n.t('Sign in to Cursor'), command: 'portside.signIn' },
    };
  if (server.status === 'failed')
    return {
      text: null,
      action: { icon: 'debug-restart', label: l10n.t('Try again'), command: 'portside.startServer' },
    };
  if (server.status === 'stopped')
    return {
      text: l10n.t(
        'Start the server, and tools on this machine can use your Cursor models through an OpenAI-compatible API.',
      ),
      action: { icon: 'play', label: l10n.t('Start server'), command: 'portside.startServer' },
    };
  if (server.status === 'served-elsewhere' && server.canTakeOver)
    return {
      text: l10n.t('Tools can use it as it is. Take over to see its requests here.'),
      action: { icon: 'arrow-swap', label: l10n.t('Take over'), command: 'portside.takeOverServer' },
    };
  return null;
};

/** How the server stands in one sentence, with the one thing to do now. */
export const serverHead = ({ client, l10n }: ViewContext, server: ServerModel): TemplateResult => {
  const look = toLook(l10n, server);
  const next = toNextStep(l10n, server);
  const action = next?.action ?? null;
  return html`<header class=${`server-head is-${look.tone}`}>
    <div class="server-state">${icon(look.icon)}</div>
    <div class="server-words">
      <h2>${look.name}</h2>
      <p>${breakable(server.summary)}</p>
      ${next === null || next.text === null ? nothing : html`<p class="muted">${next.text}</p>`}
      ${
        action === null
          ? nothing
          : actionButton({
              icon: action.icon,
              label: action.label,
              isPrimary: true,
              onClick: () => client.command('run', { command: action.command }),
            })
      }
    </div>
  </header>`;
};
