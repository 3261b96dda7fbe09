import { createParser } from 'eventsource-parser';
import { findSchemaErrors } from './openai-schema.ts';

/** The schemas of OpenAI's OpenAPI file for the successful answers of a path. */
const SCHEMAS: readonly (readonly [path: RegExp, json: string, chunk?: string])[] = [
  [/^\/v1\/models$/, 'ListModelsResponse'],
  [/^\/v1\/models\/[^/]+$/, 'Model'],
  [/^\/v1\/chat\/completions$/, 'CreateChatCompletionResponse', 'CreateChatCompletionStreamResponse'],
];

const isError = (value: unknown): boolean => typeof value === 'object' && value !== null && 'error' in value;

/** A `fetch` that reads along and validates every JSON answer, every chunk and every error before its caller has it. */
export const createValidatingFetch = () => {
  let problems: string[] = [];
  let count = 0;

  const check = (where: string, schema: string | undefined, value: unknown): void => {
    count += 1;
    const name = isError(value) ? 'ErrorResponse' : schema;
    if (name === undefined) problems.push(`${where}: there is no schema for it`);
    else
      problems.push(...findSchemaErrors(name, value).map((error) => `${where}: ${error} in ${JSON.stringify(value)}`));
  };

  const checkEvents = (where: string, schema: string | undefined): TransformStream<Uint8Array, Uint8Array> => {
    const decoder = new TextDecoder();
    let last = '';
    const parser = createParser({
      onEvent({ data }) {
        if (last === '[DONE]' || last.startsWith('{"error":')) problems.push(`${where}: ${data} after ${last}`);
        last = data;
        if (data !== '[DONE]') check(where, schema, JSON.parse(data));
      },
    });
    return new TransformStream({
      transform(bytes, controller) {
        parser.feed(decoder.decode(bytes, { stream: true }));
        controller.enqueue(bytes);
      },
      flush() {
        if (last !== '[DONE]' && !last.startsWith('{"error":')) problems.push(`${where}: it ends after ${last}`);
      },
    });
  };

  return {
    async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const response = await fetch(input, init);
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const { status, headers, body } = response;
      const where = `${pathname} ${status}`;
      const [, json, chunk] = SCHEMAS.find(([path]) => path.test(pathname)) ?? [];
      if (!headers.get('x-request-id')) problems.push(`${where}: X-Request-ID is missing`);
      if (headers.get('content-type')?.startsWith('text/event-stream') && body !== null)
        return new Response(body.pipeThrough(checkEvents(where, chunk)), { status, headers });
      const text = await response.text();
      const value: unknown = JSON.parse(text);
      if (response.ok === isError(value)) problems.push(`${where}: ${text}`);
      check(where, json, value);
      return new Response(text, { status, headers });
    },
    /** What was wrong since the last call, and how much was validated. */
    takeFindings() {
      const findings = { problems, count };
      problems = [];
      count = 0;
      return findings;
    },
  };
};
