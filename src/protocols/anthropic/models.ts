import type { Model } from '../../core/model.ts';

/** Cursor gives no dates; the same one that models have in OpenAI's form. */
const CREATED_AT = '2025-06-06T14:40:00Z';

/** A model as Anthropic's `GET /v1/models` lists it; what Cursor does not tell is `null`. */
export const toAnthropicModel = ({ id, displayName }: Model) => ({
  type: 'model',
  id,
  display_name: displayName,
  created_at: CREATED_AT,
  lifecycle: 'active',
  line: null,
  capabilities: null,
  max_input_tokens: null,
  max_tokens: null,
  deprecated_at: null,
  retires_at: null,
});

/** A part of the list, and whether there is more of it beyond. */
export const toAnthropicModelList = (models: readonly Model[], hasMore: boolean) => ({
  data: models.map(toAnthropicModel),
  has_more: hasMore,
  first_id: models[0]?.id ?? null,
  last_id: models.at(-1)?.id ?? null,
});
