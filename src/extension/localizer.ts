/** The part of `vscode.l10n` that pure modules take as an argument, so that they need no editor. */
export interface Localizer {
  /** Translates `message`; `{0}`, `{1}` … stand for the further arguments. */
  t(message: string, ...values: (string | number | boolean)[]): string;
}
