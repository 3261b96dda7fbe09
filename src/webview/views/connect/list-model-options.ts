import type { Localizer } from '../../../core/localizer.ts';
import type { ConnectModel } from '../../../panel/models.ts';

/** The models to choose from; the default one is there even where it is not listed. */
export const listModelOptions = (
  { models, defaultModel }: Pick<ConnectModel, 'models' | 'defaultModel'>,
  l10n: Localizer,
): readonly { readonly value: string; readonly label: string }[] => {
  const listed = models.some(({ id }) => id === defaultModel)
    ? models
    : [{ id: defaultModel, displayName: defaultModel }, ...models];
  return listed.map(({ id, displayName }) => {
    const name = displayName.toLowerCase() === id.toLowerCase() ? displayName : `${displayName} (${id})`;
    return { value: id, label: id === defaultModel ? l10n.t('{0} – default', name) : name };
  });
};
