import * as z from 'zod';
import type { AnswerFormat } from '../../core/answer-request.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { refuseDeepNesting } from '../nesting-limit.ts';
import { parseAt } from '../parse-at.ts';
import { toParam } from '../validation-error.ts';
import type { MessagesRequest } from './schema.ts';

/** The form that the text must have, by `output_config.format` or the older `output_format`; `null` for any. @throws GatewayError */
export const decodeFormat = ({
  output_config: output,
  output_format: older,
}: Pick<MessagesRequest, 'output_config' | 'output_format'>): AnswerFormat | null => {
  const [format, path] =
    (output?.format ?? null) === null
      ? [older ?? null, ['output_format']]
      : [output?.format, ['output_config', 'format']];
  if (format === null) return null;
  const { type } = parseAt(typeSchema, format, path);
  if (type !== 'json_schema') {
    const param = toParam([...path, 'type']);
    throw new GatewayError('unsupported_value', `${param}: "${type}" is not supported. Use "json_schema".`, { param });
  }
  const { schema } = parseAt(formatSchema, format, path);
  refuseDeepNesting(schema, [...path, 'schema']);
  return { type, name: 'answer', description: null, schema };
};

const typeSchema = z.looseObject({ type: z.string() });
const formatSchema = z.looseObject({ schema: z.looseObject({}) });
