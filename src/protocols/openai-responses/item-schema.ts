import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import { parseAt } from '../parse-at.ts';
import { toParam } from '../validation-error.ts';
import { contentSchema } from './content-schema.ts';
import { decodeContent } from './decode-content.ts';
import { HOSTED_ITEM_PREFIXES } from './item-types.ts';
import type { ResponseItem } from './response-object.ts';
import { createToolDirectory } from './tool-directory.ts';
import { toolSchema } from './tool-schema.ts';

const idSchema = z.string().nullish();
const callIdSchema = z.string({ error: 'expected the id of the call' }).min(1, 'expected the id of the call');

export const messageSchema = z.looseObject({
  id: idSchema,
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: contentSchema,
});

const callFields = { id: idSchema, call_id: callIdSchema, namespace: z.string().nullish(), name: z.string().min(1) };
export const functionCallSchema = z.looseObject({ ...callFields, arguments: z.string() });
export const customCallSchema = z.looseObject({ ...callFields, input: z.string() });

/** Of a function or of a custom tool. */
export const callOutputSchema = z.looseObject({ id: idSchema, call_id: callIdSchema, output: contentSchema });

export const additionalToolsSchema = z.looseObject({ id: idSchema, tools: z.array(toolSchema) });

export const reasoningSchema = z.looseObject({
  id: idSchema,
  summary: z.array(z.looseObject({ type: z.string() })).nullish(),
  content: z.array(z.looseObject({ type: z.string() })).nullish(),
  encrypted_content: z.string().nullish(),
});
export const referenceSchema = z.looseObject({ id: z.string().min(1) });
export const compactionSchema = z.looseObject({ id: idSchema, encrypted_content: z.string() });

const itemSchema = z.looseObject({ type: z.string().nullish() }, { error: 'expected an object' });

/** Checks an item of a request, and says its type where it is left out. @throws GatewayError that names the field at fault */
export const decodeItem = (item: unknown, path: readonly PropertyKey[]): ResponseItem => {
  const fields = parseAt(itemSchema, item, path);
  const typed = { ...fields, type: fields.type ?? guessType(fields, path) };
  checkItem(typed, path);
  return typed;
};

/** OpenAI lets messages and references go without. */
const guessType = (fields: Readonly<Record<string, unknown>>, path: readonly PropertyKey[]): string => {
  if (fields['role'] !== undefined) return 'message';
  if (typeof fields['id'] === 'string') return 'item_reference';
  const param = toParam([...path, 'type']);
  throw new GatewayError('validation_failed', `${param}: expected the type of the item, such as "message".`, { param });
};

const checkItem = (item: ResponseItem, path: readonly PropertyKey[]): void => {
  switch (item.type) {
    case 'message': {
      const { role, content } = parseAt(messageSchema, item, path);
      decodeContent(content, [...path, 'content'], role === 'developer' ? 'system' : role);
      return;
    }
    case 'function_call':
      parseAt(functionCallSchema, item, path);
      return;
    case 'custom_tool_call':
      parseAt(customCallSchema, item, path);
      return;
    case 'function_call_output':
    case 'custom_tool_call_output':
      decodeContent(parseAt(callOutputSchema, item, path).output, [...path, 'output'], 'tool');
      return;
    case 'reasoning':
      parseAt(reasoningSchema, item, path);
      return;
    case 'item_reference':
      parseAt(referenceSchema, item, path);
      return;
    case 'compaction':
      parseAt(compactionSchema, item, path);
      return;
    case 'additional_tools':
      createToolDirectory().addAll(parseAt(additionalToolsSchema, item, path).tools, [...path, 'tools']);
      return;
    case 'compaction_trigger':
      return;
    default: {
      if (HOSTED_ITEM_PREFIXES.has(item.type)) return;
      const param = toParam([...path, 'type']);
      throw new GatewayError(
        'unsupported_value',
        `${param}: "${item.type}" items are not supported. Leave the item out, or say the same in a message.`,
        { param },
      );
    }
  }
};
