import type { Model } from '../core/model.ts';

/** Cursor gives no dates; this is the one that cursorpipe's documents show. Unix seconds. */
const CREATED = 1_749_220_800;

/** A model as `GET /v1/models` lists it. */
export const toOpenAiModel = (model: Model) => ({
  id: model.id,
  object: 'model',
  created: CREATED,
  owned_by: 'cursor',
  name: model.displayName,
  cursor_aliases: model.aliases,
  cursor_parameters: model.parameters.map(({ id, displayName, values }) => ({ id, name: displayName ?? id, values })),
});

export const toOpenAiModelList = (models: readonly Model[]) => ({ object: 'list', data: models.map(toOpenAiModel) });

/** The list of `GET /opencodev2/v1/models`: `composer-2.5` is `composer-2.5-sdk` there, `Composer 2.5 SDK Harness`. */
export const toOpenCodeModelList = (models: readonly Model[]) =>
  toOpenAiModelList(
    models.map((model) => ({ ...model, id: `${model.id}-sdk`, displayName: `${model.displayName} SDK Harness` })),
  );
