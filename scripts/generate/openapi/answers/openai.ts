import * as z from 'zod';

const usage = z
  .object({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    total_tokens: z.int(),
    prompt_tokens_details: z.object({ cached_tokens: z.int() }),
    completion_tokens_details: z.object({ reasoning_tokens: z.int() }),
    cost: z.number().optional().meta({ description: 'An estimate in USD by list prices.' }),
  })
  .meta({ id: 'Usage', description: "Cursor's own count, or an estimate where it gives none yet." });

const cursorMetadata = z
  .object({
    duration_ms: z.int(),
    run_id: z.string(),
    agent_id: z.string(),
    session_id: z.string().optional(),
    usage_estimated: z.literal(true).optional(),
  })
  .meta({ id: 'CursorMetadata', description: 'What Cursor knows the run by.' });

const functionCall = z.object({ name: z.string(), arguments: z.string().meta({ description: 'JSON as text.' }) });

export const chatCompletion = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        message: z.object({
          role: z.literal('assistant'),
          content: z.string().nullable(),
          refusal: z.null(),
          reasoning_content: z.string().optional(),
          tool_calls: z
            .array(z.object({ id: z.string(), type: z.literal('function'), function: functionCall }))
            .optional(),
          function_call: functionCall.optional(),
        }),
        logprobs: z.null(),
        finish_reason: z.enum(['stop', 'length', 'tool_calls', 'function_call']),
      }),
    ),
    usage: usage.optional(),
    cursor_metadata: cursorMetadata,
  })
  .meta({ id: 'ChatCompletion' });

export const storedChatCompletion = z
  .looseObject({ ...chatCompletion.shape, request_id: z.string(), metadata: z.record(z.string(), z.string()) })
  .meta({ id: 'StoredChatCompletion', description: 'As it was given, with what the request asked for.' });

export const storedMessage = z
  .looseObject({ id: z.string(), role: z.string(), content: z.string().nullable() })
  .meta({ id: 'StoredChatMessage' });

export const textCompletion = z
  .object({
    id: z.string(),
    object: z.literal('text_completion'),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        text: z.string(),
        index: z.int(),
        logprobs: z.null(),
        finish_reason: z.enum(['stop', 'length']),
      }),
    ),
    usage: usage.optional(),
    cursor_metadata: cursorMetadata,
  })
  .meta({ id: 'TextCompletion' });

export const openAiModel = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.int(),
    owned_by: z.literal('cursor'),
    name: z.string(),
    cursor_aliases: z.array(z.string()),
    cursor_parameters: z.array(z.object({ id: z.string(), name: z.string(), values: z.array(z.string()) })),
  })
  .meta({ id: 'Model' });

export const openAiModels = z
  .object({ object: z.literal('list'), data: z.array(openAiModel) })
  .meta({ id: 'ModelList' });

/** A page of a list. */
export const toPage = <Item extends z.ZodType>(item: Item, id: string) =>
  z
    .object({
      object: z.literal('list'),
      data: z.array(item),
      first_id: z.string(),
      last_id: z.string(),
      has_more: z.boolean(),
    })
    .meta({ id });

export const toDeleted = (object: string) =>
  z.object({ id: z.string(), object: z.literal(object), deleted: z.literal(true) });

export const openAiError = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .meta({ id: 'OpenAiError', description: "An error in OpenAI's form." });
