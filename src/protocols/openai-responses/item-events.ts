import { assertNever } from '../../core/assert-never.ts';
import {
  createArgumentsContent,
  createInputContent,
  createSummaryContent,
  createTextContent,
  type ItemContent,
} from './item-content.ts';
import { readOutputItem, toEmptyItem } from './output-items.ts';
import type { ResponseEvent, ResponseItem } from './response-object.ts';

/** The event that announces an item of the output. */
export const toItemAdded = (item: ResponseItem, outputIndex: number, nextNumber: () => number): ResponseEvent =>
  toItemEvent('response.output_item.added', item, outputIndex, nextNumber);

/** The event that tells an item of the output when it is whole. */
export const toItemDone = (item: ResponseItem, outputIndex: number, nextNumber: () => number): ResponseEvent =>
  toItemEvent('response.output_item.done', item, outputIndex, nextNumber);

/** All events of an item that is there in one piece. */
export const toItemEvents = (
  item: ResponseItem,
  outputIndex: number,
  nextNumber: () => number,
): readonly ResponseEvent[] => {
  const events = [toItemAdded(toEmptyItem(item), outputIndex, nextNumber)];
  for (const { content, text } of toContents(item, outputIndex, nextNumber)) {
    events.push(...content.open());
    if (text !== '') events.push(content.delta(text));
    events.push(...content.close(text));
  }
  events.push(toItemDone(item, outputIndex, nextNumber));
  return events;
};

const toItemEvent = (
  type: string,
  item: ResponseItem,
  outputIndex: number,
  nextNumber: () => number,
): ResponseEvent => ({ type, sequence_number: nextNumber(), output_index: outputIndex, item });

const toContents = (
  item: ResponseItem,
  outputIndex: number,
  nextNumber: () => number,
): readonly { readonly content: ItemContent; readonly text: string }[] => {
  const known = readOutputItem(item);
  if (known === null) return [];
  const place = { itemId: known.id, outputIndex, nextNumber };
  switch (known.type) {
    case 'message':
      return known.content.map(({ text }, index) => ({ content: createTextContent(place, index), text }));
    case 'reasoning':
      return known.summary.map(({ text }, index) => ({ content: createSummaryContent(place, index), text }));
    case 'function_call':
      return [{ content: createArgumentsContent(place, known.name), text: known.arguments }];
    case 'custom_tool_call':
      return [{ content: createInputContent(place), text: known.input }];
    default:
      return assertNever(known);
  }
};
