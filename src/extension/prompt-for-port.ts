import { l10n, window } from 'vscode';

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
