import * as z from 'zod';
import type { ToolDefinition } from '../core/tool.ts';
import { refuseDeepNesting } from './nesting-limit.ts';
import { parseAt } from './parse-at.ts';

/** A function's own fields, whose grammar of names is that of the wire. */
export const toFunctionSchema = (name: z.ZodType<string>) =>
  z.looseObject(
    {
      name,
      description: z.string().nullish(),
      parameters: z.looseObject({ type: z.literal('object', 'expected "object"').nullish() }).nullish(),
      strict: z.boolean().nullish(),
    },
    { error: 'expected an object' },
  );

/** Reads the definition of a function at `path`. @throws GatewayError that names the field at fault */
export const decodeFunction = (
  schema: ReturnType<typeof toFunctionSchema>,
  definition: unknown,
  path: readonly PropertyKey[],
): ToolDefinition => {
  const { name, description, parameters } = parseAt(schema, definition, path);
  refuseDeepNesting(parameters, [...path, 'parameters']);
  return { name, description: description ?? null, parameters: toObjectSchema(parameters ?? {}) };
};

/** Says the type where it is left out; without any parameters, a function takes an empty object. */
export const toObjectSchema = (parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.keys(parameters).length === 0 ? { type: 'object', properties: {} } : { ...parameters, type: 'object' };
