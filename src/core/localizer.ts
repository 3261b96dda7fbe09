/** Translates what people read, so that modules which write words need no editor: `vscode.l10n` is one. */
export interface Localizer {
  /** Translates `message`; `{0}`, `{1}` … stand for the further arguments. */
  t(message: string, ...values: (string | number | boolean)[]): string;
}
