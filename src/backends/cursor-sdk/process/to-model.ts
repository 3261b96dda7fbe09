import type { ModelListItem } from '@cursor/sdk';
import type { Model } from '../../../core/model.ts';

/** The SDK's description of a model in our form. */
export const toModel = (item: ModelListItem): Model => ({
  id: item.id,
  displayName: item.displayName,
  aliases: item.aliases ?? [],
  parameters: (item.parameters ?? []).map((parameter) => ({
    id: parameter.id,
    displayName: parameter.displayName ?? null,
    values: parameter.values.map(({ value }) => value),
  })),
});
