import type { Localizer } from '../../../src/core/localizer.ts';

/** What `vscode.l10n` does in an editor without a translation. */
export const english: Localizer = {
  t: (message, ...values) => message.replaceAll(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};
