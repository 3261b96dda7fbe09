import type { Localizer } from '../../core/localizer.ts';
import type { Connection, ConnectStep } from '../connect-tool.ts';
import { textSnippet } from '../snippets.ts';

/** The names of a settings page's fields, as the tool shows them. */
export interface FormFields {
  readonly baseUrl: string;
  readonly token: string;
  readonly model: string;
}

/** One step for each field, so that each value can be copied alone. */
export const fieldStep = (l10n: Localizer, field: string, value: string): ConnectStep => ({
  text: l10n.t('Enter this as {0}.', field),
  snippet: textSnippet(value),
});

/** Base URL, token and model, in the order in which most tools ask for them. */
export const formSteps = (connection: Connection, l10n: Localizer, fields: FormFields): readonly ConnectStep[] => [
  fieldStep(l10n, fields.baseUrl, connection.baseUrl),
  fieldStep(l10n, fields.token, connection.token),
  fieldStep(l10n, fields.model, connection.model),
];
