import type { Localizer } from '../core/localizer.ts';

/** What is wrong with a typed key: an `error` cannot be accepted, a `warning` can. */
export interface KeyProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** Checks a Cursor API key as far as that can be done without asking Cursor. Spaces around it are not part of it. */
export const checkCursorApiKey = (input: string, l10n: Localizer): KeyProblem | null => {
  const key = input.trim();
  if (key === '') return { severity: 'error', message: l10n.t('Enter a Cursor API key.') };
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return { severity: 'error', message: l10n.t('A Cursor API key holds no spaces and only ASCII characters.') };
  }
  if (!key.startsWith('crsr_')) {
    return {
      severity: 'warning',
      message: l10n.t('Cursor API keys usually begin with crsr_. Press Enter to use this one anyway.'),
    };
  }
  return null;
};
