import type { JsonObject } from '../../core/json-object.ts';
import type { ResponseEcho } from './response-object.ts';
import type { ResponseRequest } from './schema.ts';

/** What a response repeats of its request, with OpenAI's defaults; `tools` is empty until they are decoded. */
export const toResponseEcho = (request: ResponseRequest, conversationId: string | null): ResponseEcho => ({
  background: request.background ?? false,
  conversation: conversationId === null ? null : { id: conversationId },
  frequency_penalty: request.frequency_penalty ?? 0,
  instructions: request.instructions ?? null,
  max_output_tokens: request.max_output_tokens ?? null,
  max_tool_calls: request.max_tool_calls ?? null,
  metadata: request.metadata ?? {},
  parallel_tool_calls: request.parallel_tool_calls ?? true,
  presence_penalty: request.presence_penalty ?? 0,
  previous_response_id: request.previous_response_id || null,
  prompt_cache_key: request.prompt_cache_key ?? null,
  reasoning: {
    effort: request.reasoning?.effort || null,
    summary: request.reasoning?.summary ?? request.reasoning?.generate_summary ?? null,
  },
  safety_identifier: request.safety_identifier ?? null,
  // OpenAI tells the tier that served the request, not the one that was asked for; Cursor has but one.
  service_tier: 'default',
  store: request.store ?? true,
  temperature: request.temperature ?? 1,
  text: { format: toFormat(request), verbosity: request.text?.verbosity ?? 'medium' },
  tool_choice: request.tool_choice ?? 'auto',
  tools: [],
  top_logprobs: request.top_logprobs ?? 0,
  top_p: request.top_p ?? 1,
  truncation: request.truncation ?? 'disabled',
  user: request.user ?? null,
});

const toFormat = ({ text }: ResponseRequest): JsonObject => {
  const format = text?.format ?? { type: 'text' };
  if (format.type !== 'json_schema') return format;
  const { description, strict, ...rest }: JsonObject = format;
  return { ...rest, ...(typeof description === 'string' && { description }), strict: strict ?? false };
};
