import { config, t } from '@vscode/l10n';
import type { Localizer } from '../core/localizer.ts';
import type { PanelBoot } from '../panel/contract/boot.ts';

/** The words of the panel in the editor's language; English where there is no bundle. */
export const createLocalizer = (bundle: PanelBoot['l10n']): Localizer => {
  config({ contents: { ...bundle } });
  return { t: (message, ...values) => t(message, ...values) };
};
