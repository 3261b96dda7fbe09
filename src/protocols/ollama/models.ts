import { sha256 } from '../../core/digest.ts';
import type { Model } from '../../core/model.ts';

/** The version of Ollama's API that this wire follows: clients refuse older ones. */
const API_VERSION = '0.12.6';

/** Cursor gives no dates and no sizes: these stand in their places. */
const MODIFIED_AT = '2025-06-06T12:00:00Z';
const CONTEXT_LENGTH = 200_000;
const DETAILS = {
  parent_model: '',
  format: 'cursor',
  family: 'cursor',
  families: ['cursor'],
  parameter_size: '',
  quantization_level: '',
};

/** `GET /api/version` */
export const toVersion = () => ({ version: API_VERSION });

/** `GET /api/tags` */
export const toTags = (models: readonly Model[]) => ({
  models: models.map((model) => ({ ...toEntry(model), modified_at: MODIFIED_AT })),
});

/** `GET /api/ps`: the models that are in use, each with when it will not be any more: milliseconds since 1970. */
export const toRunningModels = (
  uses: readonly { readonly model: Pick<Model, 'id'>; readonly expiresAt: number }[],
) => ({
  models: uses.map(({ model, expiresAt }) => ({
    ...toEntry(model),
    expires_at: new Date(expiresAt).toISOString(),
    size_vram: 0,
    context_length: CONTEXT_LENGTH,
  })),
});

/** `POST /api/show`. Clients read the context length under the name of the architecture. */
export const toShownModel = (model: Model) => ({
  license: '',
  modelfile: `# ${model.displayName}, served by Cursor\nFROM ${model.id}\n`,
  parameters: '',
  template: '{{ .Prompt }}',
  details: DETAILS,
  model_info: {
    'general.architecture': 'cursor',
    'general.basename': model.displayName,
    'cursor.context_length': CONTEXT_LENGTH,
  },
  capabilities: ['completion', 'tools', 'vision', 'insert', ...(canThink(model) ? ['thinking'] : [])],
  modified_at: MODIFIED_AT,
});

const toEntry = ({ id }: Pick<Model, 'id'>) => ({
  name: id,
  model: id,
  size: 0,
  digest: sha256(id, 'hex'),
  details: DETAILS,
});

const canThink = ({ id, parameters }: Model): boolean =>
  /think/i.test(id) || parameters.some((parameter) => /reason|think|effort/i.test(parameter.id));
