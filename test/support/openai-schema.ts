import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Validator } from '@cfworker/json-schema';

/** The file says 3.1 but still has 3.0's `nullable`, which JSON Schema does not know. */
const resolveNullable = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('nullable' in value) || value.nullable !== true) return value;
  const { nullable: _nullable, ...schema } = value;
  return { anyOf: [schema, { type: 'null' }] };
};

const document: object = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../fixtures/openai/openapi.json'), 'utf8'),
  resolveNullable,
);
const validators = new Map<string, Validator>();

/** What is wrong with a value by a schema of OpenAI's OpenAPI file; empty where nothing is. */
export const findSchemaErrors = (schemaName: string, value: unknown): string[] => {
  const validator =
    validators.get(schemaName) ??
    new Validator({ ...document, $ref: `#/components/schemas/${schemaName}` }, '2020-12', false);
  validators.set(schemaName, validator);
  return validator.validate(value).errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
};
