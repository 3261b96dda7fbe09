import type { Localizer } from '../../../core/localizer.ts';
import type { RequestOutcome, RequestProtocol, RequestSummary } from '../../../core/request-activity.ts';
import type { RequestPhaseName } from '../../../panel/request-phases.ts';

/** What came of a request, in a word. */
export const toOutcomeName = (l10n: Localizer, outcome: RequestOutcome): string => {
  switch (outcome) {
    case 'running':
      return l10n.t('Running');
    case 'succeeded':
      return l10n.t('Succeeded');
    case 'failed':
      return l10n.t('Failed');
    case 'cancelled':
      return l10n.t('Cancelled');
  }
};

const OUTCOME_ICONS: Readonly<Record<RequestOutcome, string>> = {
  running: 'loading codicon-modifier-spin',
  succeeded: 'pass',
  failed: 'error',
  cancelled: 'circle-slash',
};

/** The codicon of what came of a request: its shape tells it, not its colour alone. */
export const toOutcomeIcon = (outcome: RequestOutcome): string => OUTCOME_ICONS[outcome];

/** The status as a cell shows it: the number that the client got, or a word where it got none. */
export const toStatusText = (l10n: Localizer, row: RequestSummary): string =>
  row.outcome === 'running' || row.outcome === 'cancelled' || row.status === null
    ? toOutcomeName(l10n, row.outcome)
    : String(row.status);

/** The name of the language that a client speaks, short enough for a column. */
export const toShortProtocolName = (l10n: Localizer, protocol: RequestProtocol): string =>
  protocol === 'openai-chat' ? l10n.t('Chat') : toProtocolName(l10n, protocol);

/** The name of the language that a client speaks. */
export const toProtocolName = (l10n: Localizer, protocol: RequestProtocol): string => {
  switch (protocol) {
    case 'openai-chat':
      return l10n.t('Chat Completions');
    case 'openai-completions':
      return l10n.t('Completions');
    case 'openai-responses':
      return l10n.t('Responses');
    case 'anthropic':
      return l10n.t('Messages');
    case 'ollama':
      return 'Ollama';
    case 'models':
      return l10n.t('Models');
    case 'sessions':
      return l10n.t('Sessions');
  }
};

/** What a part of a request's life is called. */
export const toPhaseName = (l10n: Localizer, name: RequestPhaseName, outcome: RequestOutcome): string => {
  switch (name) {
    case 'access':
      return l10n.t('Check access');
    case 'read':
      return l10n.t('Read the body');
    case 'place':
      return l10n.t('Find the conversation');
    case 'wait':
      return l10n.t('Wait for its turn');
    case 'start':
      return l10n.t('Start Cursor');
    case 'think':
      return l10n.t('Until first output');
    case 'output':
      return l10n.t('Output');
    case 'answer':
      return outcome === 'failed' || outcome === 'cancelled' ? l10n.t('Until the end') : l10n.t('Answer');
  }
};
