import { nothing, type TemplateResult } from 'lit';
import type { Localizer } from '../../../core/localizer.ts';
import { checkboxField } from '../../forms/checkbox-field.ts';

/**
 * Whether the tool runs in a container, which decides about the address that it is given. It is asked only of tools that usually
 * do: there the guide that nobody has chosen anything for is one for a container.
 */
export const containerChoice = (
  l10n: Localizer,
  options: {
    /** What the user has chosen for this tool; `undefined` for nothing. */
    readonly chosen: boolean | undefined;
    /** What the guide on the screen is for; `undefined` where there is none. */
    readonly shown: boolean | undefined;
    readonly onChoose: (isInContainer: boolean) => void;
  },
): TemplateResult | typeof nothing => {
  const { chosen, shown = false, onChoose } = options;
  if (chosen === undefined && !shown) return nothing;
  return checkboxField({
    label: l10n.t('It runs in a container'),
    isChecked: chosen ?? shown,
    onChange: onChoose,
  });
};
