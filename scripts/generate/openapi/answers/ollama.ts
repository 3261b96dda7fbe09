import * as z from 'zod';

const nanoseconds = z.int().meta({ description: 'Nanoseconds.' });

/** What ends an answer; `load` where nothing was asked. */
const ending = {
  done: z.boolean(),
  done_reason: z.enum(['stop', 'length', 'load', 'unload']).optional(),
  total_duration: nanoseconds.optional(),
  load_duration: nanoseconds.optional(),
  prompt_eval_count: z.int().optional(),
  prompt_eval_duration: nanoseconds.optional(),
  eval_count: z.int().optional(),
  eval_duration: nanoseconds.optional(),
};

export const ollamaChat = z
  .object({
    model: z.string(),
    created_at: z.string(),
    message: z.object({
      role: z.literal('assistant'),
      content: z.string(),
      thinking: z.string().optional(),
      tool_calls: z
        .array(
          z.object({
            id: z.string(),
            function: z.object({ index: z.int(), name: z.string(), arguments: z.unknown() }),
          }),
        )
        .optional(),
    }),
    ...ending,
  })
  .meta({ id: 'OllamaChatAnswer' });

export const ollamaGenerate = z
  .object({
    model: z.string(),
    created_at: z.string(),
    response: z.string(),
    thinking: z.string().optional(),
    ...ending,
  })
  .meta({ id: 'OllamaGenerateAnswer' });

const details = z
  .object({
    parent_model: z.string(),
    format: z.string(),
    family: z.string(),
    families: z.array(z.string()),
    parameter_size: z.string(),
    quantization_level: z.string(),
  })
  .meta({ id: 'OllamaModelDetails' });

const entry = { name: z.string(), model: z.string(), size: z.int(), digest: z.string(), details };

export const ollamaTags = z
  .object({ models: z.array(z.object({ ...entry, modified_at: z.string() })) })
  .meta({ id: 'OllamaTags' });

export const ollamaRunning = z
  .object({
    models: z.array(z.object({ ...entry, expires_at: z.string(), size_vram: z.int(), context_length: z.int() })),
  })
  .meta({ id: 'OllamaRunningModels' });

export const ollamaModel = z
  .object({
    license: z.string(),
    modelfile: z.string(),
    parameters: z.string(),
    template: z.string(),
    details,
    model_info: z.record(z.string(), z.union([z.string(), z.number()])),
    capabilities: z.array(z.string()),
    modified_at: z.string(),
  })
  .meta({ id: 'OllamaModel' });

export const ollamaVersion = z.object({ version: z.string() }).meta({ id: 'OllamaVersion' });

export const ollamaError = z
  .object({ error: z.string() })
  .meta({ id: 'OllamaError', description: "An error in Ollama's form." });
