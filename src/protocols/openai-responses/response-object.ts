import type { JsonObject } from '../../core/json-object.ts';

/** An item of the input or the output of a response: a message, a call, the output of one, reasoning and so on. */
export interface ResponseItem extends JsonObject {
  readonly type: string;
}

export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';

/** The token counts of a response, as OpenAI writes them. `cost` is in USD. */
export interface ResponseUsage {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number; readonly cache_write_tokens: number };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
  readonly cost?: number;
}

/** What a response repeats of its request; every field is always there. Schema `Response` of OpenAI's OpenAPI file. */
export interface ResponseEcho {
  readonly background: boolean;
  readonly conversation: { readonly id: string } | null;
  readonly frequency_penalty: number;
  readonly instructions: string | null;
  readonly max_output_tokens: number | null;
  readonly max_tool_calls: number | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parallel_tool_calls: boolean;
  readonly presence_penalty: number;
  readonly previous_response_id: string | null;
  readonly prompt_cache_key: string | null;
  readonly reasoning: { readonly effort: string | null; readonly summary: string | null };
  readonly safety_identifier: string | null;
  readonly service_tier: string;
  readonly store: boolean;
  readonly temperature: number;
  readonly text: { readonly format: JsonObject; readonly verbosity: string };
  readonly tool_choice: unknown;
  readonly tools: readonly JsonObject[];
  readonly top_logprobs: number;
  readonly top_p: number;
  readonly truncation: string;
  readonly user: string | null;
}

/** A response as OpenAI's API writes it. */
export interface ResponseObject extends ResponseEcho {
  /** `resp_…` */
  readonly id: string;
  readonly object: 'response';
  /** Unix seconds, as `completed_at`. */
  readonly created_at: number;
  readonly completed_at: number | null;
  readonly status: ResponseStatus;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly incomplete_details: { readonly reason: 'max_output_tokens' } | null;
  /** The canonical id of the model that answers. */
  readonly model: string;
  readonly output: readonly ResponseItem[];
  readonly usage: ResponseUsage | null;
}

/** An event of a response's stream. */
export interface ResponseEvent extends JsonObject {
  readonly type: string;
  /** Counts from 0, without gaps. */
  readonly sequence_number: number;
}
