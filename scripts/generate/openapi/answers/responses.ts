import * as z from 'zod';
import { toPage } from './openai.ts';

export const responseItem = z
  .looseObject({ type: z.string(), id: z.string().optional() })
  .meta({ id: 'ResponseItem', description: 'A message, a call, the output of one, reasoning or a compaction.' });

const responseUsage = z
  .object({
    input_tokens: z.int(),
    input_tokens_details: z.object({ cached_tokens: z.int(), cache_write_tokens: z.int() }),
    output_tokens: z.int(),
    output_tokens_details: z.object({ reasoning_tokens: z.int() }),
    total_tokens: z.int(),
    cost: z.number().optional().meta({ description: 'An estimate in USD by list prices.' }),
  })
  .meta({ id: 'ResponseUsage' });

/** What a response repeats of its request. */
const echo = {
  background: z.boolean(),
  conversation: z.object({ id: z.string() }).nullable(),
  frequency_penalty: z.number(),
  instructions: z.string().nullable(),
  max_output_tokens: z.int().nullable(),
  max_tool_calls: z.int().nullable(),
  metadata: z.record(z.string(), z.string()),
  parallel_tool_calls: z.boolean(),
  presence_penalty: z.number(),
  previous_response_id: z.string().nullable(),
  prompt_cache_key: z.string().nullable(),
  reasoning: z.object({ effort: z.string().nullable(), summary: z.string().nullable() }),
  safety_identifier: z.string().nullable(),
  service_tier: z.string(),
  store: z.boolean(),
  temperature: z.number(),
  text: z.object({ format: z.looseObject({}), verbosity: z.string() }),
  tool_choice: z.unknown(),
  tools: z.array(z.looseObject({})),
  top_logprobs: z.int(),
  top_p: z.number(),
  truncation: z.string(),
  user: z.string().nullable(),
};

export const response = z
  .object({
    id: z.string(),
    object: z.literal('response'),
    created_at: z.int(),
    completed_at: z.int().nullable(),
    status: z.enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    incomplete_details: z.object({ reason: z.literal('max_output_tokens') }).nullable(),
    model: z.string(),
    output: z.array(responseItem),
    usage: responseUsage.nullable(),
    ...echo,
  })
  .meta({ id: 'Response' });

export const responseItems = toPage(responseItem, 'ResponseItemList');

export const compaction = z
  .object({
    id: z.string(),
    object: z.literal('response.compaction'),
    created_at: z.int(),
    output: z.array(responseItem),
    usage: responseUsage.nullable(),
  })
  .meta({ id: 'ResponseCompaction' });

export const inputTokens = z
  .object({ object: z.literal('response.input_tokens'), input_tokens: z.int() })
  .meta({ id: 'InputTokens' });

export const conversation = z
  .object({
    id: z.string(),
    object: z.literal('conversation'),
    created_at: z.int(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Conversation' });
