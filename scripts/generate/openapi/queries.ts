import type { oas31 } from 'zod-openapi';
import { MODEL_PAGE_FIELDS } from '../../../src/protocols/anthropic/model-page.ts';
import { PAGE_FIELDS } from '../../../src/protocols/list-page.ts';
import { retrievalSchema } from '../../../src/server/responses/decode-retrieval.ts';

/** The parameters of a query by name. Queries are text; these say what the text stands for. */
export type Query = Readonly<Record<string, Partial<oas31.ParameterObject>>>;

/** Text, unless more is known of a field. */
const toQuery = (fields: readonly string[], known: Query): Query =>
  Object.fromEntries(fields.map((field) => [field, known[field] ?? { schema: { type: 'string' } }]));

/** Of a list in OpenAI's form. */
export const PAGE_QUERY = toQuery(PAGE_FIELDS, {
  limit: { schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
  order: { schema: { type: 'string', enum: ['asc', 'desc'] } },
});

/** Of the list of models in Anthropic's form. */
export const MODEL_PAGE_QUERY = toQuery(MODEL_PAGE_FIELDS, {
  limit: {
    description: "How many, in Anthropic's form alone.",
    schema: { type: 'integer', minimum: 1, maximum: 1000, default: 1000 },
  },
  after_id: { description: "The id before the page, in Anthropic's form alone.", schema: { type: 'string' } },
  before_id: { description: "The id behind the page, in Anthropic's form alone.", schema: { type: 'string' } },
});

/** Of stored chat completions. */
export const STORED_QUERY: Query = {
  model: { schema: { type: 'string' } },
  metadata: {
    style: 'deepObject',
    explode: true,
    schema: { type: 'object', additionalProperties: { type: 'string' } },
    // Pages that try requests send what they make up otherwise, and nothing is found.
    example: {},
  },
  ...PAGE_QUERY,
};

/** Of a stored response. */
export const RETRIEVAL_QUERY = toQuery(Object.keys(retrievalSchema.shape), {
  stream: { schema: { type: 'boolean' } },
  starting_after: { schema: { type: 'integer' } },
});
