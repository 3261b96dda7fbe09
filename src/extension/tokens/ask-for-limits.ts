import { type QuickPickItem, l10n, window } from 'vscode';
import type { AccessTokenLimits } from '../../core/access-token.ts';
import type { Accounts } from '../../credentials/accounts/accounts.ts';
import { toAccountRows } from '../accounts/account-rows.ts';
import { parseModels, parseRequestsPerMinute, toExpiryChoices } from './token-limit-choices.ts';

type Limits = Partial<AccessTokenLimits>;

interface LimitStep extends QuickPickItem {
  /** Asks for one limit; `null` where the user has changed their mind. */
  readonly ask: (title: string) => Promise<Limits | null>;
}

const askForExpiry = async (title: string): Promise<Limits | null> => {
  const chosen = await window.showQuickPick(toExpiryChoices(Date.now(), l10n), {
    title,
    placeHolder: l10n.t('How long is the token valid?'),
  });
  return chosen === undefined ? null : { expiresAt: chosen.expiresAt };
};

const askForModels = async (title: string): Promise<Limits | null> => {
  const input = await window.showInputBox({
    title,
    prompt: l10n.t('The models that the token may use, by their ids, with commas between them.'),
    placeHolder: 'composer-2.5, auto',
    ignoreFocusOut: true,
    validateInput: (value) => (parseModels(value).length > 0 ? null : l10n.t('Name at least one model.')),
  });
  return input === undefined ? null : { models: parseModels(input) };
};

const askForRequestsPerMinute = async (title: string): Promise<Limits | null> => {
  const input = await window.showInputBox({
    title,
    prompt: l10n.t('How many requests the token may make in a minute.'),
    placeHolder: '60',
    ignoreFocusOut: true,
    validateInput: (value) => (parseRequestsPerMinute(value) === null ? l10n.t('Enter a whole number above 0.') : null),
  });
  return input === undefined ? null : { requestsPerMinute: parseRequestsPerMinute(input) };
};

const createAccountStep =
  (accounts: Accounts) =>
  async (title: string): Promise<Limits | null> => {
    const chosen = await window.showQuickPick(toAccountRows(await accounts.list(), l10n), {
      title,
      placeHolder: l10n.t('The Cursor account that requests with this token use'),
    });
    return chosen === undefined ? null : { account: chosen.name };
  };

/** Asks which limits a token is to have, and for each of them; `null` where the user has changed their mind. */
export const askForLimits = async (
  accounts: Accounts,
  toTitle: (step: number, of: number) => string,
): Promise<Limits | null> => {
  const steps: readonly LimitStep[] = [
    { label: l10n.t('Expiry'), description: l10n.t('otherwise it never expires'), ask: askForExpiry },
    { label: l10n.t('Account'), description: l10n.t('otherwise the default one'), ask: createAccountStep(accounts) },
    { label: l10n.t('Models'), description: l10n.t('otherwise all'), ask: askForModels },
    {
      label: l10n.t('Requests per minute'),
      description: l10n.t('otherwise any number'),
      ask: askForRequestsPerMinute,
    },
  ];
  const chosen = await window.showQuickPick(steps, {
    title: toTitle(2, 2),
    placeHolder: l10n.t('Choose the limits of the token, or none, and press Enter'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return null;
  const limits: Limits = {};
  for (const [index, step] of chosen.entries()) {
    const answer = await step.ask(toTitle(index + 3, chosen.length + 2));
    if (answer === null) return null;
    Object.assign(limits, answer);
  }
  return limits;
};
