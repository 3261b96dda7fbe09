import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Validator } from '@cfworker/json-schema';

/** The file says 3.1 but still has 3.0's `nullable`, which JSON Schema does not know. */
const resolveNullable = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('nullable' in value) || value.nullable !== true) return value;
  const { nullable: _nullable, ...schema } = value;
  return { anyOf: [schema, { type: 'null' }] };
};

const document = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../fixtures/openai/openapi.json'), 'utf8'),
  resolveNullable,
);
const { schemas } = document.components;

/** Lets a schema of the file allow what OpenAI's own API sends in its place. */
const mend = (holder: Record<string, object>, key: string, alternative: object): void => {
  if (holder[key] === undefined) throw new Error(`OpenAI's file has no ${key} there any more.`);
  holder[key] = { anyOf: [holder[key], alternative] };
};
// Where the file says other than the API does. A request without `user` comes back with null.
mend(schemas.ModelResponseProperties.properties, 'user', { type: 'null' });
// A response has no usage until it has ended.
mend(schemas.Response.allOf[2].properties, 'usage', { type: 'null' });
// What a response fails with when its conversation is too long: agents shorten it on this very code.
mend(schemas, 'ResponseErrorCode', { const: 'context_length_exceeded' });
// One schema for JSON and chunks, though only the last chunk of a choice says why it ended, and only the last of all has usage.
const completion = schemas.CreateCompletionResponse.properties;
mend(completion.choices.items.properties, 'finish_reason', { type: 'null' });
mend(completion, 'usage', { type: 'null' });

// The messages of a stored chat completion are those that were sent; their example in the file is a user's.
mend(schemas.ChatCompletionMessageList.properties.data.items.allOf, '0', {
  type: 'object',
  properties: { role: { enum: ['developer', 'system', 'user', 'tool', 'function'] } },
  required: ['role', 'content'],
});

const validators = new Map<string, Validator>();

/** What is wrong with a value by a schema of OpenAI's OpenAPI file; empty where nothing is. */
export const findSchemaErrors = (schemaName: string, value: unknown): string[] => {
  const validator =
    validators.get(schemaName) ??
    new Validator({ ...document, $ref: `#/components/schemas/${schemaName}` }, '2020-12', false);
  validators.set(schemaName, validator);
  return validator.validate(value).errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
};

/** The name of the schema of each event of a response's stream, by the event's `type`. */
const eventSchemas = new Map<string, string>(
  schemas.ResponseStreamEvent.anyOf.flatMap(({ $ref }: { $ref: string }) => {
    const name = $ref.split('/').at(-1) ?? '';
    return schemas[name].properties.type.enum.map((type: string) => [type, name]);
  }),
);

/** What is wrong with an event of a response's stream; empty where nothing is. The file lacks `keepalive`, which has nothing in it. */
export const findResponseEventErrors = (event: { readonly type: string }): string[] => {
  if (event.type === 'keepalive') {
    return Object.keys(event)
      .filter((key) => !KEEPALIVE_FIELDS.has(key))
      .map((key) => `#/${key}: a keepalive has none`);
  }
  const schemaName = eventSchemas.get(event.type);
  return schemaName === undefined ? [`#/type: there is no event ${event.type}`] : findSchemaErrors(schemaName, event);
};

/** `stream_id` comes over a WebSocket alone. */
const KEEPALIVE_FIELDS: ReadonlySet<string> = new Set(['type', 'sequence_number', 'stream_id']);
