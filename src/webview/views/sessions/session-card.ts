import { html, nothing, type TemplateResult } from 'lit';
import type { Formats } from '../../../panel/formats.ts';
import type { SessionRow } from '../../../panel/models.ts';
import { factList, type Fact } from '../../cards/fact-list.ts';
import { copyButton } from '../../components/copy-button.ts';
import { formatAge } from '../../components/format-age.ts';
import { iconButton } from '../../components/icon-button.ts';
import type { FocusKeeper } from '../../directives/focus-keeper.ts';
import type { ViewContext } from '../../tab-view.ts';
import { formatUsage } from './format-usage.ts';
import { shortenId } from './shorten-id.ts';

/** What tells a row from all others. */
export const toSessionKey = ({ state, id }: Pick<SessionRow, 'state' | 'id'>): string => `${state}:${id}`;

/** The places for the focus on the card of a row. */
export const listSessionPlaces = (row: Pick<SessionRow, 'state' | 'id'>): readonly string[] => [
  `${toSessionKey(row)}/copy`,
  `${toSessionKey(row)}/close`,
];

interface Parts {
  readonly formats: Formats;
  readonly focus: FocusKeeper;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** One session, conversation or held run. */
export const sessionCard = (context: ViewContext, row: SessionRow, parts: Parts): TemplateResult => {
  const { client, l10n, announce } = context;
  const [copyPlace = '', closePlace = ''] = listSessionPlaces(row);
  const name = shortenId(row.id);
  const close = (): void => {
    client.command('closeSession', { state: row.state, id: row.id });
    announce(l10n.t('Closing {0}', name));
  };
  return html`<li class="card">
    <div class="card-header">
      <h3 class="monospace" title=${row.id}>${name}</h3>
      <div class="card-buttons">
        <span ${parts.focus.place(copyPlace)}
          >${copyButton(context, { text: row.id, what: l10n.t('ID of {0}', name) })}</span
        >
        <span ${parts.focus.place(closePlace)}
          >${iconButton({ icon: 'close', label: l10n.t('Close {0}', name), onClick: close })}</span
        >
      </div>
    </div>
    ${
      row.pendingTools.length === 0
        ? nothing
        : html`<p class="session-pending">${l10n.t('Waits for: {0}', row.pendingTools.join(', '))}</p>`
    }
    ${factList(listFacts(context, row, parts))}
  </li>`;
};

const listFacts = ({ l10n, locale }: ViewContext, row: SessionRow, { now, formats }: Parts): readonly Fact[] => {
  const age = (label: string, at: number): Fact => ({
    label,
    value: formatAge(Math.min(at, now), now, locale),
    title: formats.dateTime(at),
  });
  return [
    { label: l10n.t('Model'), value: row.model },
    age(l10n.t('Last used'), row.lastUsedAt),
    age(l10n.t('Started'), row.createdAt),
    { label: l10n.t('Turns'), value: formats.count(row.turns) },
    { label: l10n.t('Tokens'), ...formatUsage(row.usage, l10n, formats) },
    { label: l10n.t('Access token'), value: row.tokenName ?? l10n.t('Not known') },
    ...(row.sessionId === null
      ? []
      : [{ label: l10n.t('Session'), value: shortenId(row.sessionId), title: row.sessionId }]),
  ];
};
