import * as z from 'zod';
import type { AnswerFormat } from '../core/answer-request.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { nameSchema } from './name-schema.ts';
import { refuseDeepNesting } from './nesting-limit.ts';
import { parseAt } from './parse-at.ts';
import { toParam } from './validation-error.ts';

/** A format as a request has it, wherever its wire puts the name and the schema of a `json_schema`. */
export interface SentFormat {
  readonly type: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly definition: unknown;
  readonly definitionPath: readonly PropertyKey[];
}

/** The form that the text of an answer must have; `null` for any. @throws GatewayError for types that cannot be served. */
export const decodeAnswerFormat = ({ type, path, definition, definitionPath }: SentFormat): AnswerFormat | null => {
  switch (type) {
    case undefined:
    case 'text':
      return null;
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema': {
      const { name, description, schema } = parseAt(definitionSchema, definition, definitionPath);
      const schemaPath = [...definitionPath, 'schema'];
      if (schema === null || schema === undefined) {
        const param = toParam(schemaPath);
        throw new GatewayError('invalid_request', `${param}: it is missing. Send the schema, or use "json_object".`, {
          param,
        });
      }
      refuseDeepNesting(schema, schemaPath);
      return { type: 'json_schema', name, description: description ?? null, schema };
    }
    default: {
      const param = toParam([...path, 'type']);
      throw new GatewayError(
        'unsupported_value',
        `${param}: "${type}" is not supported. Use "text", "json_object" or "json_schema".`,
        { param },
      );
    }
  }
};

const definitionSchema = z.looseObject({
  name: nameSchema,
  description: z.string().nullish(),
  schema: z.looseObject({}).nullish(),
  strict: z.boolean().nullish(),
});
