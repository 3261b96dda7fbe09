import { InputBoxValidationSeverity, l10n, window } from 'vscode';
import { checkCursorApiKey } from './cursor-api-key-input.ts';

/** Asks for a Cursor API key; `null` where the user has changed their mind. */
export const promptForCursorApiKey = async (): Promise<string | null> => {
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

const MAX_PORT = 65_535;

/** Asks for a port; `null` where the user has changed their mind. */
export const promptForPort = async (current: unknown): Promise<number | null> => {
  const input = await window.showInputBox({
    title: l10n.t('Change Port'),
    prompt: l10n.t('The port that the server listens on. 0 takes any free one.'),
    value: typeof current === 'number' ? String(current) : '',
    validateInput: (value) =>
      /^\d{1,5}$/.test(value.trim()) && Number(value) <= MAX_PORT
        ? null
        : l10n.t('Enter a whole number from 0 to {0}.', MAX_PORT),
  });
  return input === undefined ? null : Number(input);
};
