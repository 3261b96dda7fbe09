import { listUnread } from '../list-unread.ts';
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
          return listUnread(request.text, ['format'], name);
        case 'reasoning':
          return listUnread(request.reasoning, ['effort', 'summary', 'generate_summary'], name);
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

/** What the count of a request's tokens depends on, and its compaction: nothing is answered there. */
export const FIELDS_OF_COUNT: readonly string[] = [
  'conversation',
  'input',
  'instructions',
  'model',
  'previous_response_id',
  'tool_choice',
  'tools',
];
export const FIELDS_OF_COMPACTION: readonly string[] = [
  'conversation',
  'cursor_params',
  'input',
  'instructions',
  'model',
  'previous_response_id',
  'reasoning',
  'tools',
];

/** The same where but some of the fields are read: `ignored` is what an answer to the body would ignore. */
export const listIgnoredBeside = (
  body: Readonly<Record<string, unknown>>,
  ignored: readonly string[],
  read: readonly string[],
): readonly string[] => [
  ...listUnread(body, read),
  ...ignored.filter((name) => read.includes(/^\w+/.exec(name)?.[0] ?? '')),
];
