import * as z from 'zod';

const block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), citations: z.null() }),
  z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.object({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    input: z.unknown(),
    caller: z.object({ type: z.literal('direct') }),
  }),
]);

export const message = z
  .object({
    id: z.string(),
    type: z.literal('message'),
    role: z.literal('assistant'),
    model: z.string(),
    content: z.array(block),
    container: z.null(),
    context_management: z.null(),
    diagnostics: z.null(),
    stop_reason: z.enum(['end_turn', 'max_tokens', 'stop_sequence', 'tool_use']),
    stop_sequence: z.string().nullable(),
    stop_details: z.null(),
    usage: z.object({
      input_tokens: z.int(),
      cache_creation_input_tokens: z.int(),
      cache_read_input_tokens: z.int(),
      output_tokens: z.int(),
      output_tokens_details: z.object({ thinking_tokens: z.int() }),
      server_tool_use: z.null(),
      cache_creation: z.null(),
      inference_geo: z.null(),
      service_tier: z.literal('standard'),
      speed: z.null(),
    }),
  })
  .meta({ id: 'Message' });

export const messageTokens = z.object({ input_tokens: z.int() }).meta({ id: 'MessageTokens' });

export const anthropicModel = z
  .object({
    type: z.literal('model'),
    id: z.string(),
    display_name: z.string(),
    created_at: z.string(),
    lifecycle: z.literal('active'),
    line: z.null(),
    capabilities: z.null(),
    max_input_tokens: z.null(),
    max_tokens: z.null(),
    deprecated_at: z.null(),
    retires_at: z.null(),
  })
  .meta({ id: 'AnthropicModel' });

export const anthropicModels = z
  .object({
    data: z.array(anthropicModel),
    has_more: z.boolean(),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
  })
  .meta({ id: 'AnthropicModelList' });

export const anthropicError = z
  .object({
    type: z.literal('error'),
    error: z.object({ type: z.string(), message: z.string(), details: z.looseObject({}).optional() }),
    request_id: z.string(),
  })
  .meta({ id: 'AnthropicError', description: "An error in Anthropic's form." });
