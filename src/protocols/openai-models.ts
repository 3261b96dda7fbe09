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
