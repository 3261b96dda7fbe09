import * as z from 'zod';
import type { AnswerFormat, OutputLimits } from '../../core/answer-request.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { parseAt } from '../parse-at.ts';
import { nameSchema } from './name-schema.ts';
import { refuseDeepNesting } from './nesting-limit.ts';
import type { ChatRequest } from './schema.ts';

const MAX_CHOICES = 8;

/** How many answers a request wants. @throws GatewayError for more than eight. */
export const decodeChoices = ({ n }: ChatRequest): number => {
  if ((n ?? 1) > MAX_CHOICES) {
    throw new GatewayError('unsupported_value', `n: ${n} is not supported. At most ${MAX_CHOICES} is.`, { param: 'n' });
  }
  return n ?? 1;
};

/**
 * Where an answer is cut. Empty stop sequences are dropped, as every answer begins with one; `max_completion_tokens` wins
 * over the older `max_tokens`, which counts the visible text alone.
 */
export const decodeLimits = (request: ChatRequest): OutputLimits => {
  const stop = typeof request.stop === 'string' ? [request.stop] : (request.stop ?? []);
  return {
    stop: stop.filter((sequence) => sequence !== ''),
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
    countsReasoning: (request.max_completion_tokens ?? null) !== null,
  };
};

/** The form that the text must have; `null` for any. @throws GatewayError for types that cannot be served. */
export const decodeFormat = ({ response_format: format }: ChatRequest): AnswerFormat | null => {
  switch (format?.type) {
    case undefined:
    case 'text':
      return null;
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema': {
      const { name, description, schema } = parseAt(jsonSchemaFormat, format, ['response_format']).json_schema;
      if (schema === null || schema === undefined) {
        const param = 'response_format.json_schema.schema';
        throw new GatewayError('invalid_request', `${param}: it is missing. Send the schema, or use "json_object".`, {
          param,
        });
      }
      refuseDeepNesting(schema, ['response_format', 'json_schema', 'schema']);
      return { type: 'json_schema', name, description: description ?? null, schema };
    }
    default: {
      const param = 'response_format.type';
      throw new GatewayError(
        'unsupported_value',
        `${param}: "${format?.type}" is not supported. Use "text", "json_object" or "json_schema".`,
        { param },
      );
    }
  }
};

const jsonSchemaFormat = z.looseObject({
  json_schema: z.looseObject({
    name: nameSchema,
    description: z.string().nullish(),
    schema: z.looseObject({}).nullish(),
    strict: z.boolean().nullish(),
  }),
});
