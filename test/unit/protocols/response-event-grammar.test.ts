import { describe, expect, test } from 'vitest';
import type { ResponseEvent } from '../../../src/protocols/openai-responses/response-object.ts';
import { runs } from '../../fixtures/runs.ts';
import { checkResponseEvents } from '../../support/check-response-events.ts';
import { createTestEncoder, encodeStep } from '../../support/encode-response.ts';
import { foldResponseEvents } from '../../support/fold-response-events.ts';

/** Reasoning with a summary and two calls, of a response in the background. */
const encode = (): ResponseEvent[] => {
  const encoder = createTestEncoder({ showsSummary: true, isBackground: true });
  const text = runs['text']?.slice(1, -1) ?? [];
  const [start, ...rest] = runs['reasoning then tool calls'] ?? [];
  if (start === undefined) throw new Error('There is no such run.');
  return [start, ...text, ...rest].flatMap((step) => encodeStep(encoder, step));
};

const whole = encode();
const renumber = (events: readonly ResponseEvent[]): ResponseEvent[] =>
  events.map((event, index) => ({ ...event, sequence_number: index }));
const find = (type: string, occurrence = 0): number => {
  const found = [...whole.entries()].filter(([, event]) => event.type === `response.${type}`)[occurrence];
  if (found === undefined) throw new Error(`There is no ${type}.`);
  return found[0];
};
const without = (type: string, occurrence = 0): ResponseEvent[] => renumber(whole.toSpliced(find(type, occurrence), 1));
const twice = (type: string): ResponseEvent[] => {
  const index = find(type);
  return renumber(whole.toSpliced(index, 0, ...whole.slice(index, index + 1)));
};
const moved = (type: string, before: string): ResponseEvent[] => {
  const event = whole.slice(find(type), find(type) + 1);
  const rest = whole.toSpliced(find(type), 1);
  const place = rest.findIndex((other) => other.type === `response.${before}`);
  return renumber(rest.toSpliced(place, 0, ...event));
};
/** The stream with something in one of its events changed; the path as in `item.id`. */
const changed = (type: string, path: string, value: unknown, occurrence = 0): ResponseEvent[] => {
  // An item is the same object in several events; here each gets its own.
  const events: ResponseEvent[] = JSON.parse(JSON.stringify(whole));
  const keys = path.split('.');
  const holder = keys
    .slice(0, -1)
    .reduce<object>((object, key) => Reflect.get(object, key), events[find(type, occurrence)] ?? {});
  Reflect.set(holder, keys.at(-1) ?? '', value);
  return events;
};
const completed = 'completed';

describe('the grammar of a response’s events', () => {
  test('a stream that keeps it', () => {
    checkResponseEvents(whole);
    for (const length of whole.keys()) checkResponseEvents(whole.slice(0, length), { isComplete: false });
  });

  test.each([
    ['a number that is left out', whole.toSpliced(4, 1), /has not the number 4/],
    ['a number that comes twice', whole.toSpliced(4, 0, ...whole.slice(4, 5)), /has not the number 5/],
    ['no opening', renumber(whole.slice(1)), /comes before response\.created/],
    ['two openings', twice('created'), /comes twice/],
    ['no response.queued', without('queued'), /comes without response\.queued/],
    ['no response.in_progress', without('in_progress'), /comes before response\.in_progress/],
    ['response.in_progress twice', twice('in_progress'), /comes twice/],
    ['response.queued too late', moved('queued', 'output_item.added'), /comes without response\.queued/],
    ['a queued response that is not', changed('queued', 'response.status', 'in_progress'), /is not queued/],
    ['a beginning with output', changed('created', 'response.output', [{}]), /knows the end already/],
    ['a beginning with usage', changed('in_progress', 'response.usage', {}), /knows the end already/],
    ['another response', changed(completed, 'response.id', 'resp_2'), /is about another response/],
    ['another time of creation', changed(completed, 'response.created_at', 1), /another time of creation/],
    ['an item that is not added', without('output_item.added'), /belongs to no open item/],
    ['an item that is not done', without('output_item.done'), /while another is open/],
    ['a last item that is not done', without('output_item.done', 3), /comes while an item is open/],
    ['an item that is added twice', twice('output_item.added'), /while another is open/],
    ['an item that is done twice', twice('output_item.done'), /belongs to no open item/],
    ['an item of another index', changed('output_item.added', 'output_index', 1), /has not the index 0/],
    ['an item without an id', changed('output_item.added', 'item.id', ''), /no id of its own/],
    ['an item with a used id', changed('output_item.added', 'item.id', 'msg_1', 1), /no id of its own/],
    ['an item that is added as done', changed('output_item.added', 'item.status', completed), /not in progress/],
    ['an item that is added full', changed('output_item.added', 'item.content', [{ text: '' }]), /not empty/],
    ['a call that is added full', changed('output_item.added', 'item.arguments', '{}', 2), /not empty/],
    ['an item with another id at its end', changed('output_item.done', 'item.id', 'msg_9'), /not the item that was/],
    ['a call of another name at its end', changed('output_item.done', 'item.name', 'x', 2), /not the item that was/],
    ['an item in progress at its end', changed('output_item.done', 'item.status', 'in_progress'), /without being so/],
    ['an item with another text', changed('output_item.done', 'item.content.0.text', 'x'), /other texts than were/],
    ['an item with a further part', changed('output_item.done', 'item.summary', [], 1), /other texts than were/],
    ['a call with other arguments', changed('output_item.done', 'item.arguments', '{}', 2), /other texts than were/],
    ['a part that is not added', without('content_part.added'), /belongs to no open part/],
    ['a part that is added twice', twice('content_part.added'), /while another is open/],
    ['a part that is added full', changed('content_part.added', 'part.text', 'x'), /part that is not empty/],
    ['a part that is not done', without('content_part.done'), /while a text of the item is open/],
    ['a part that ends before its text', moved('content_part.done', 'output_text.done'), /whose text is not done/],
    ['a part with another text', changed('content_part.done', 'part.text', 'x'), /another text than its deltas/],
    ['a part of another index', changed('content_part.added', 'content_index', 1), /the index of another part/],
    ['a summary of another index', changed('reasoning_summary_part.added', 'summary_index', 1), /of another part/],
    ['a summary that is not added', without('reasoning_summary_part.added'), /belongs to no open part/],
    ['a text that is not done', without('output_text.done'), /whose text is not done/],
    ['a text that is done twice', twice('output_text.done'), /comes after the text is done/],
    ['a delta too little', without('output_text.delta', 1), /another text than its deltas/],
    ['a delta too many', twice('reasoning_summary_text.delta'), /another text than its deltas/],
    ['a delta after the end', moved('output_text.done', 'output_text.delta'), /another text than its deltas/],
    ['a delta of another item', changed('output_text.delta', 'item_id', 'msg_9'), /the id of another item/],
    ['a delta of another index', changed('output_text.delta', 'output_index', 1), /the index of another item/],
    [
      'a delta of another kind',
      changed('output_text.delta', 'type', 'response.function_call_arguments.delta'),
      /of type/,
    ],
    ['arguments that are not done', without('function_call_arguments.done'), /while a text of the item is open/],
    ['arguments that are not told', without('function_call_arguments.delta'), /another text than its deltas/],
    ['an unknown event', changed('output_text.delta', 'type', 'response.nonsense'), /unknown type/],
    ['no end', whole.slice(0, -1), /There is no end/],
    ['two ends', twice(completed), /comes after the end/],
    ['a sign of life after the end', [...whole, { type: 'keepalive', sequence_number: whole.length }], /after the end/],
    ['an end too early', moved(completed, 'output_item.done'), /comes while an item is open/],
    ['an end of another status', changed(completed, 'response.status', 'failed'), /response of another status/],
    ['an end with other items', changed(completed, 'response.output.0.id', 'msg_9'), /other items than were done/],
    ['an end without items', changed(completed, 'response.output', []), /other items than were done/],
    ['an end without its time', changed(completed, 'response.completed_at', null), /wrong time of completion/],
    ['an end without usage', changed(completed, 'response.usage', null), /has no usage/],
    ['an end with an error', changed(completed, 'response.error', {}), /wrong error/],
    ['an end with a reason', changed(completed, 'response.incomplete_details', {}), /wrong reason/],
  ])('%s', (_name, events, problem) => {
    expect(() => checkResponseEvents(events)).toThrow(problem);
  });
});

test('the fold trusts neither the last response nor the texts at the end of the items', () => {
  const final = foldResponseEvents(whole);
  expect(final).toMatchObject({ status: 'completed', output: [{ content: [{ text: 'Hello there!' }] }, {}, {}, {}] });
  expect(foldResponseEvents(changed(completed, 'response.output', []))).toEqual(final);
  expect(foldResponseEvents(changed('output_item.done', 'item.content.0.text', 'x'))).toEqual(final);
  expect(foldResponseEvents(without('output_text.delta'))).not.toEqual(final);
});
