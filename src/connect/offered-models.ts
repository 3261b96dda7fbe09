import type { Connection } from './connect-tool.ts';

export type OfferedModel = Connection['models'][number];

/** All models of a connection, the chosen one first: tools take the first as their default. */
export const offeredModels = ({ model, models }: Connection): readonly [OfferedModel, ...OfferedModel[]] => [
  models.find(({ id }) => id === model) ?? { id: model, displayName: model },
  ...models.filter(({ id }) => id !== model),
];

/**
 * All models of a connection in the server's order, for tools to which it means nothing: another chosen one leaves their files
 * as they are.
 */
export const listedModels = ({ model, models }: Connection): readonly OfferedModel[] =>
  models.some(({ id }) => id === model) ? models : [{ id: model, displayName: model }, ...models];

/** What tools whose names of models have to be unique call one; Portside's are told by the beginning. */
export const toModelTitle = ({ id, displayName }: OfferedModel, models: readonly OfferedModel[]): string => {
  const isUnique = models.filter((model) => model.displayName === displayName).length <= 1;
  return `${MODEL_TITLE_START}${isUnique ? displayName : `${displayName} (${id})`}`;
};

export const MODEL_TITLE_START = 'Portside: ';
