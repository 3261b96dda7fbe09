import type { ResponseEvent, ResponseObject } from '../../src/protocols/openai-responses/response-object.ts';

/** What the events of a response's stream have, as far as it is read here. */
interface StreamEvent {
  readonly type: string;
  readonly response?: ResponseObject;
  readonly output_index: number;
  readonly content_index: number;
  readonly summary_index: number;
  readonly item: FoldedItem;
  readonly part: { text: string };
  readonly delta: string;
}

interface FoldedItem {
  readonly type: string;
  status?: string;
  content: { text: string }[];
  summary: { text: string }[];
  arguments: string;
  input: string;
}

/**
 * Builds the final response from the events of a stream as a client would that trusts nothing but the pieces: the items from
 * `output_item.added`, their texts from the deltas alone, how each ended from `output_item.done`. The output of the last
 * response told is left unread. Items of kinds that are told in one piece come from `output_item.done`.
 */
export const foldResponseEvents = (events: readonly ResponseEvent[]): object => {
  const told: StreamEvent[] = JSON.parse(JSON.stringify(events));
  const output: FoldedItem[] = [];
  for (const event of told) fold(output, event);
  const { output: _untrusted, ...response } = told.findLast((event) => event.response !== undefined)?.response ?? {
    output: [],
  };
  return { ...response, output };
};

const fold = (output: FoldedItem[], event: StreamEvent): void => {
  const { output_index: index } = event;
  if (event.type === 'response.output_item.added') {
    output[index] = event.item;
    return;
  }
  const item = output[index];
  if (item === undefined) return;
  switch (event.type) {
    case 'response.content_part.added':
      item.content[event.content_index] = event.part;
      break;
    case 'response.output_text.delta':
      append(item.content[event.content_index], event.delta);
      break;
    case 'response.reasoning_summary_part.added':
      item.summary[event.summary_index] = event.part;
      break;
    case 'response.reasoning_summary_text.delta':
      append(item.summary[event.summary_index], event.delta);
      break;
    case 'response.function_call_arguments.delta':
      item.arguments += event.delta;
      break;
    case 'response.custom_tool_call_input.delta':
      item.input += event.delta;
      break;
    case 'response.output_item.done':
      if (!TOLD_IN_PIECES.has(item.type)) output[index] = event.item;
      else if (event.item.status !== undefined) item.status = event.item.status;
      break;
  }
};

const TOLD_IN_PIECES: ReadonlySet<string> = new Set(['message', 'reasoning', 'function_call', 'custom_tool_call']);

const append = (part: { text: string } | undefined, text: string): void => {
  if (part === undefined) throw new Error(`"${text}" belongs to no part.`);
  part.text += text;
};
