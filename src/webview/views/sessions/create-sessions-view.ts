import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ConversationState } from '../../../core/conversation-info.ts';
import { createFormats } from '../../../panel/formats.ts';
import type { SessionRow } from '../../../panel/models.ts';
import { actionButton } from '../../components/action-button.ts';
import { emptyState } from '../../components/empty-state.ts';
import { sectionHeading } from '../../components/section-heading.ts';
import { createFocusKeeper } from '../../directives/focus-keeper.ts';
import { whileShown } from '../../elements/while-shown.ts';
import type { TabView, ViewContext } from '../../tab-view.ts';
import { listSessionPlaces, sessionCard, toSessionKey } from './session-card.ts';
import './sessions.css';

/** What is kept between requests; empty where nothing is. */
export interface SessionsModel {
  readonly rows: readonly SessionRow[];
}

/** The most urgent kind first: a held run blocks a client. */
const STATES: readonly ConversationState[] = ['held', 'session', 'conversation'];

/** How often the ages are written anew. */
const REFRESH_MS = 5_000;

/** The tab of what is kept between requests: named sessions, conversations and held tool calls. */
export const createSessionsView = (context: ViewContext): TabView<SessionsModel> => {
  const { client, l10n, locale, invalidate, announce } = context;
  const focus = createFocusKeeper();
  const formats = createFormats(locale);
  let rows: readonly SessionRow[] | null = null;

  const keepAgesFresh = (): (() => void) => {
    const timer = setInterval(invalidate, REFRESH_MS);
    return () => clearInterval(timer);
  };

  const headings: Readonly<Record<ConversationState, { readonly title: string; readonly about: string }>> = {
    held: {
      title: l10n.t('Held tool calls'),
      about: l10n.t('Runs that wait until their client sends the results of tool calls.'),
    },
    session: {
      title: l10n.t('Named sessions'),
      about: l10n.t('Their clients gave them a name, and can come back to them.'),
    },
    conversation: {
      title: l10n.t('Conversations'),
      about: l10n.t('Kept for a while, so that the next message of a client goes on where it was.'),
    },
  };

  const group = (state: ConversationState, all: readonly SessionRow[]): TemplateResult | typeof nothing => {
    const own = all.filter((row) => row.state === state);
    const { title, about } = headings[state];
    if (own.length === 0) return nothing;
    return html`<section class="session-group" aria-labelledby=${`sessions-${state}`}>
      ${sectionHeading(`${title} (${formats.count(own.length)})`, { id: `sessions-${state}` })}
      <p class="muted session-about">${about}</p>
      <ul class="card-list">
        ${repeat(own, toSessionKey, (row) => sessionCard(context, row, { formats, focus, now: Date.now() }))}
      </ul>
    </section>`;
  };

  const content = (all: readonly SessionRow[]): TemplateResult => {
    if (all.length === 0) {
      return emptyState({
        icon: 'comment-discussion',
        title: l10n.t('Nothing is kept now'),
        text: l10n.t(
          'Named sessions, conversations that a client may go on with, and runs that wait for the results of tool calls show up here.',
        ),
      });
    }
    return html`<div class="session-toolbar" ${focus.place('close-all')}>
        ${actionButton({
          label: l10n.t('Close all'),
          icon: 'close-all',
          onClick: () => client.command('closeAllSessions', null),
        })}
      </div>
      ${STATES.map((state) => group(state, all))}`;
  };

  return {
    update(model) {
      focus.keep(
        inOrder(rows ?? []).flatMap(listSessionPlaces),
        inOrder(model.rows).flatMap(listSessionPlaces),
        'sessions',
      );
      const gone = (rows ?? []).length - model.rows.length;
      if (rows !== null && rows.length > 0 && gone === rows.length) announce(l10n.t('Nothing is kept now'));
      rows = model.rows;
      invalidate();
    },
    render: () =>
      html`<div class="view-body sessions-view" tabindex="-1" ${focus.place('sessions')}>
        ${whileShown(keepAgesFresh)}
        ${rows === null ? html`<p class="panel-loading">${l10n.t('Loading…')}</p>` : content(rows)}
      </div>`,
  };
};

/** As they are shown, group by group. */
const inOrder = (rows: readonly SessionRow[]): readonly SessionRow[] =>
  STATES.flatMap((state) => rows.filter((row) => row.state === state));
