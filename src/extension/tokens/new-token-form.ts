import { type AccessTokenInfo, type AccessTokenLimits, toTokenNameKey } from '../../core/access-token.ts';
import type { Localizer } from '../../core/localizer.ts';
import type { NewTokenForm } from '../../panel/models.ts';
import { parseModels } from './token-limit-choices.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_DAYS = 3650;

/** What is wrong with the name of a new token; `null` where nothing is. Pure. */
export const findNameProblem = (
  name: string,
  tokens: readonly Pick<AccessTokenInfo, 'name'>[],
  l10n: Localizer,
): string | null => {
  if (name.trim() === '') return l10n.t('Enter a name.');
  const key = toTokenNameKey(name.trim());
  return tokens.some((token) => toTokenNameKey(token.name) === key) ? l10n.t('There is a token of this name.') : null;
};

/** A form as limits of a token, or what is wrong with it. Pure. `now` in milliseconds since 1970. */
export const readNewTokenForm = (
  form: NewTokenForm,
  tokens: readonly Pick<AccessTokenInfo, 'name'>[],
  { l10n, now }: { readonly l10n: Localizer; readonly now: number },
): { readonly name: string; readonly limits: AccessTokenLimits } | { readonly problem: string } => {
  const { name, expiresInDays, account, models, requestsPerMinute } = form;
  const nameProblem = findNameProblem(name, tokens, l10n);
  if (nameProblem !== null) return { problem: nameProblem };
  if (expiresInDays !== null && !(expiresInDays > 0 && expiresInDays <= MAX_DAYS)) {
    return { problem: l10n.t('A token expires after 1 to {0} days, or never.', MAX_DAYS) };
  }
  if (requestsPerMinute !== null && !(Number.isSafeInteger(requestsPerMinute) && requestsPerMinute > 0)) {
    return { problem: l10n.t('Enter a whole number above 0.') };
  }
  const chosenModels = models === null ? null : parseModels(models.join(','));
  if (chosenModels?.length === 0) return { problem: l10n.t('Name at least one model.') };
  return {
    name: name.trim(),
    limits: {
      expiresAt: expiresInDays === null ? null : now + Math.round(expiresInDays * DAY_MS),
      account: account === null || account.trim() === '' ? null : account.trim(),
      models: chosenModels,
      requestsPerMinute,
    },
  };
};
