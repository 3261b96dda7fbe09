import { toSummaryPart, toTextPart } from './content-parts.ts';
import type { ResponseEvent } from './response-object.ts';

/** Where in a stream a text is told. */
export interface ContentPlace {
  readonly itemId: string;
  readonly outputIndex: number;
  /** Gives the number of the next event. */
  readonly nextNumber: () => number;
}

/** Writes the events that tell one text of an item, piece by piece. */
export interface ItemContent {
  open(): readonly ResponseEvent[];
  delta(text: string): ResponseEvent;
  /** With the whole text. */
  close(text: string): readonly ResponseEvent[];
}

/** A text part of a message. */
export const createTextContent = (
  { itemId, outputIndex, nextNumber }: ContentPlace,
  contentIndex: number,
): ItemContent => {
  const part = (type: string, text: string): ResponseEvent => ({
    type,
    sequence_number: nextNumber(),
    item_id: itemId,
    output_index: outputIndex,
    content_index: contentIndex,
    part: toTextPart(text),
  });
  return {
    open: () => [part('response.content_part.added', '')],
    delta: (text) => ({
      type: 'response.output_text.delta',
      sequence_number: nextNumber(),
      item_id: itemId,
      output_index: outputIndex,
      content_index: contentIndex,
      delta: text,
      logprobs: [],
    }),
    close: (text) => [
      {
        type: 'response.output_text.done',
        sequence_number: nextNumber(),
        item_id: itemId,
        output_index: outputIndex,
        content_index: contentIndex,
        text,
        logprobs: [],
      },
      part('response.content_part.done', text),
    ],
  };
};

/** A part of the summary of reasoning. */
export const createSummaryContent = (
  { itemId, outputIndex, nextNumber }: ContentPlace,
  summaryIndex: number,
): ItemContent => {
  const event = (type: string, content: object): ResponseEvent => ({
    type,
    sequence_number: nextNumber(),
    item_id: itemId,
    output_index: outputIndex,
    summary_index: summaryIndex,
    ...content,
  });
  return {
    open: () => [event('response.reasoning_summary_part.added', { part: toSummaryPart('') })],
    delta: (text) => event('response.reasoning_summary_text.delta', { delta: text }),
    close: (text) => [
      event('response.reasoning_summary_text.done', { text }),
      event('response.reasoning_summary_part.done', { part: toSummaryPart(text) }),
    ],
  };
};

/** The arguments of a call of the function `name`. */
export const createArgumentsContent = (place: ContentPlace, name: string): ItemContent => ({
  open: () => [],
  delta: (text) => toCallEvent(place, 'response.function_call_arguments.delta', { delta: text }),
  close: (text) => [toCallEvent(place, 'response.function_call_arguments.done', { name, arguments: text })],
});

/** The input of a call of a custom tool. */
export const createInputContent = (place: ContentPlace): ItemContent => ({
  open: () => [],
  delta: (text) => toCallEvent(place, 'response.custom_tool_call_input.delta', { delta: text }),
  close: (text) => [toCallEvent(place, 'response.custom_tool_call_input.done', { input: text })],
});

const toCallEvent = (
  { itemId, outputIndex, nextNumber }: ContentPlace,
  type: string,
  content: object,
): ResponseEvent => ({
  type,
  sequence_number: nextNumber(),
  item_id: itemId,
  output_index: outputIndex,
  ...content,
});
