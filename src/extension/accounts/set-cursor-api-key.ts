import { InputBoxValidationSeverity, ProgressLocation, l10n, window } from 'vscode';
import { assertNever } from '../../core/assert-never.ts';
import { checkCursorApiKey } from '../cursor-api-key-input.ts';
import type { Services } from '../services.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { type KeyVerdict, judgeKey } from './judge-key.ts';

/** Asks for a Cursor API key; `null` where the user has changed their mind. */
const promptForCursorApiKey = async (): Promise<string | null> => {
  const input = await window.showInputBox({
    title: l10n.t('Set Cursor API Key'),
    prompt: l10n.t(
      'Make a key in the Cursor Dashboard under Integrations. It is kept in the secret storage of this editor.',
    ),
    placeHolder: 'crsr_…',
    password: true,
    ignoreFocusOut: true,
    validateInput(value) {
      const problem = checkCursorApiKey(value, l10n);
      if (problem === null) return null;
      const severity =
        problem.severity === 'error' ? InputBoxValidationSeverity.Error : InputBoxValidationSeverity.Warning;
      return { message: problem.message, severity };
    },
  });
  const key = input?.trim() ?? '';
  return key === '' ? null : key;
};

/** What is said in the end; `null` for a sign-in that Cursor has accepted. */
const toOutcome = (verdict: KeyVerdict): string | null => {
  switch (verdict.status) {
    case 'accepted':
      return null;
    case 'refused':
      return l10n.t('The key was stored, though Cursor does not accept it.');
    case 'unknown':
      return l10n.t('The key was stored, but Cursor could not be asked about it. {0}', verdict.reason ?? '').trim();
    default:
      return assertNever(verdict);
  }
};

/** Asks for a key until Cursor accepts one, or the user insists on it or gives up. */
export const setCursorApiKey = async (services: Services): Promise<void> => {
  for (;;) {
    const apiKey = await promptForCursorApiKey();
    if (apiKey === null) return;
    const verdict = await window.withProgress<KeyVerdict>(
      { location: ProgressLocation.Notification, title: l10n.t('Portside: asking Cursor about the key') },
      () => judgeKey(services.cursorSignIn, apiKey),
    );
    if (verdict.status === 'refused') {
      const again = l10n.t('Enter Another Key');
      const keep = l10n.t('Store It Anyway');
      const chosen = await window.showWarningMessage(
        l10n.t('Cursor does not accept this key.'),
        { modal: true, detail: verdict.reason },
        again,
        keep,
      );
      if (chosen === undefined) return;
      if (chosen === again) continue;
    }
    const email = verdict.status === 'accepted' ? verdict.email : null;
    const key = { apiKey, email, expiresAt: null };
    const added = await services.accounts.add({ name: '', source: 'key', key, plan: null });
    finishSignIn(services.accounts, added, toOutcome(verdict));
    return;
  }
};
