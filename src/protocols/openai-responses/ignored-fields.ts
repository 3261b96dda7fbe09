import type { ResponseRequest } from './schema.ts';

/** The fields of a request that have no effect, over a WebSocket or else over HTTP; those within another as `text.verbosity`. */
export const listIgnoredFields = (request: ResponseRequest, mayWarmUp: boolean): readonly string[] =>
  Object.entries(request)
    .filter(([, value]) => value !== null && value !== undefined)
    .flatMap(([name]) => {
      switch (name) {
        case 'generate':
          return mayWarmUp ? [] : [name];
        case 'truncation':
          return request.truncation === 'disabled' ? [] : [name];
        case 'text':
          return listOthers(name, request.text, ['format']);
        case 'reasoning':
          return listOthers(name, request.reasoning, ['effort', 'summary', 'generate_summary']);
        case 'include':
          return (request.include ?? [])
            .filter((value) => !SERVED_INCLUDES.has(value))
            .map((value) => `include[${value}]`);
        default:
          return FIELDS_WITH_EFFECT.has(name) ? [] : [name];
      }
    });

const FIELDS_WITH_EFFECT: ReadonlySet<string> = new Set([
  'background',
  'conversation',
  'cursor_params',
  'input',
  'instructions',
  'max_output_tokens',
  'metadata',
  'model',
  'parallel_tool_calls',
  'previous_response_id',
  'store',
  'stream',
  'tool_choice',
  'tools',
  // More than none is refused.
  'top_logprobs',
]);

/** Images of the input are always told with their URLs. */
const SERVED_INCLUDES: ReadonlySet<string> = new Set(['reasoning.encrypted_content', 'message.input_image.image_url']);

const listOthers = (
  field: string,
  value: Readonly<Record<string, unknown>> | null | undefined,
  read: readonly string[],
): string[] =>
  Object.entries(value ?? {})
    .filter(([name, inner]) => inner !== null && inner !== undefined && !read.includes(name))
    .map(([name]) => `${field}.${name}`);
