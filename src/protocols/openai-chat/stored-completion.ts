import * as z from 'zod';
import type { PageRequest } from '../../core/answer-store.ts';
import type { JsonObject } from '../../core/json-object.ts';
import { decodePageQuery } from '../list-page.ts';
import { metadataSchema } from '../metadata-schema.ts';
import { parseAt } from '../parse-at.ts';
import type { ChatRequest } from './schema.ts';

/** What is kept of a request whose answer is stored. */
export interface StoredChatRequest {
  readonly metadata: Readonly<Record<string, string>>;
  /** As they were sent, oldest first. */
  readonly messages: readonly JsonObject[];
  /** What the stored answer repeats of the request. */
  readonly echo: JsonObject;
}

/** `null` where nothing is to be stored. @throws GatewayError `validation_failed` for metadata that cannot be */
export const decodeStoredRequest = (request: ChatRequest): StoredChatRequest | null =>
  request.store === true
    ? {
        metadata: parseAt(metadataSchema.nullish(), request['metadata'], ['metadata']) ?? {},
        messages: request.messages,
        echo: {
          tools: request.tools ?? null,
          tool_choice: request.tool_choice ?? null,
          response_format: request.response_format ?? null,
          temperature: request['temperature'] ?? 1,
          top_p: request['top_p'] ?? 1,
          presence_penalty: request['presence_penalty'] ?? 0,
          frequency_penalty: request['frequency_penalty'] ?? 0,
          seed: request['seed'] ?? null,
          input_user: request['user'] ?? null,
        },
      }
    : null;

/** An answer in its stored form: as it was given, with what OpenAI adds. */
export const toStoredCompletion = (
  result: object,
  { echo, metadata }: StoredChatRequest,
  requestId: string,
): JsonObject => ({ ...result, request_id: requestId, service_tier: 'default', ...echo, metadata });

/** The messages of a request as schema `ChatCompletionMessageList` has them: parts are beside the content, not in it. */
export const toStoredMessages = (completionId: string, messages: readonly JsonObject[]): readonly JsonObject[] =>
  messages.map((message, index) => {
    const content = message['content'] ?? null;
    return {
      name: null,
      refusal: null,
      ...message,
      id: `${completionId}-${index}`,
      content: Array.isArray(content) ? null : content,
      content_parts: Array.isArray(content) ? content : null,
    };
  });

/** Which stored answers are asked for. */
export interface CompletionQuery extends PageRequest {
  /** Canonical id; `null` for any. */
  readonly model: string | null;
  /** Pairs that all have to be there. */
  readonly metadata: Readonly<Record<string, string>>;
}

const filterSchema = z.record(
  z.string(),
  z.union([z.string(), z.array(z.string()).transform((values) => values.at(-1) ?? '')]),
);

/** Reads the query of `GET /v1/chat/completions`, such as `model=…&metadata[key]=value`. @throws GatewayError `invalid_request` */
export const decodeCompletionQuery = (query: unknown): CompletionQuery => {
  const fields = filterSchema.parse(query);
  const pairs = Object.entries(fields).flatMap(([name, value]) => {
    const key = /^metadata\[(.+)\]$/s.exec(name)?.[1];
    return key === undefined ? [] : [[key, value] as const];
  });
  return { ...decodePageQuery(query, 'asc'), model: fields['model'] || null, metadata: Object.fromEntries(pairs) };
};

/** Schema `ChatCompletionDeleted`. */
export const toDeletedCompletion = (id: string) => ({ object: 'chat.completion.deleted', id, deleted: true });
