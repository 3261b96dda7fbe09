import type { Localizer } from '../../../core/localizer.ts';
import type { NewTokenForm } from '../../../panel/models.ts';

/** The fields of the form as they were typed. */
export interface TokenDraft {
  readonly name: string;
  readonly expiresInDays: string;
  /** Empty for the default one. */
  readonly account: string;
  readonly models: string;
  readonly requestsPerMinute: string;
}

/** What is wrong with each field, in the user's language. */
export type TokenDraftErrors = Partial<Record<keyof TokenDraft, string>>;

export const EMPTY_DRAFT: TokenDraft = { name: '', expiresInDays: '', account: '', models: '', requestsPerMinute: '' };

const LONGEST_NAME = 64;
const MOST_DAYS = 3_650;
const MOST_REQUESTS = 1_000_000;

/** Reads what was typed, or says what is wrong with it. */
export const readTokenDraft = (
  draft: TokenDraft,
  l10n: Localizer,
): { readonly form: NewTokenForm } | { readonly errors: TokenDraftErrors } => {
  const name = draft.name.trim();
  const expiresInDays = readCount(draft.expiresInDays, MOST_DAYS);
  const requestsPerMinute = readCount(draft.requestsPerMinute, MOST_REQUESTS);
  const models = [...new Set(draft.models.split(',').map((model) => model.trim()))].filter((model) => model !== '');
  const errors: TokenDraftErrors = {
    ...(name === '' && { name: l10n.t('Give the token a name, such as the tool that uses it.') }),
    ...(Array.from(name).length > LONGEST_NAME && {
      name: l10n.t('The name is too long: {0} characters at most.', LONGEST_NAME),
    }),
    ...(expiresInDays === undefined && {
      expiresInDays: l10n.t('Type a whole number from 1 to {0}, or leave this empty.', MOST_DAYS),
    }),
    ...(draft.models.trim() !== '' &&
      models.length === 0 && {
        models: l10n.t('Type the IDs of models with commas between them, or leave this empty.'),
      }),
    ...(requestsPerMinute === undefined && {
      requestsPerMinute: l10n.t('Type a whole number from 1 to {0}, or leave this empty.', MOST_REQUESTS),
    }),
  };
  if (expiresInDays === undefined || requestsPerMinute === undefined || Object.keys(errors).length > 0)
    return { errors };
  return {
    form: {
      name,
      expiresInDays,
      account: draft.account === '' ? null : draft.account,
      models: models.length === 0 ? null : models,
      requestsPerMinute,
    },
  };
};

/** `null` where nothing was typed, `undefined` where it is no whole number from 1 to `most`. */
const readCount = (text: string, most: number): number | null | undefined => {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const count = /^\d{1,9}$/u.test(trimmed) ? Number(trimmed) : 0;
  return count >= 1 && count <= most ? count : undefined;
};

/** What an earlier panel kept of the form; anything else than texts is left out. */
export const readKeptDraft = (kept: unknown): TokenDraft | null => {
  if (typeof kept !== 'object' || kept === null) return null;
  const texts = new Map(
    Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const read = (key: keyof TokenDraft): string => texts.get(key) ?? '';
  return {
    name: read('name'),
    expiresInDays: read('expiresInDays'),
    account: read('account'),
    models: read('models'),
    requestsPerMinute: read('requestsPerMinute'),
  };
};
