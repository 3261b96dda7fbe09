import { assertNever } from '../../core/assert-never.ts';
import type { ChoiceEvent } from '../../core/run-event.ts';
import type { ModelPrice } from '../prices/model-price.ts';
import { toCallItem } from './call-item.ts';
import { toResponseFailure } from './failure.ts';
import { toItemAdded, toItemDone, toItemEvents } from './item-events.ts';
import { toInProgressEvent, toOpeningEvents, toTerminalEvent } from './lifecycle-events.ts';
import { createReasoningBlock, createTextBlock, type OpenBlock } from './open-block.ts';
import { toEmptyItem } from './output-items.ts';
import type { ResponseEncoder } from './response-encoder.ts';
import type { ResponseEvent, ResponseItem, ResponseObject } from './response-object.ts';
import type { ToolNames } from './tool-names.ts';
import { toResponseUsage } from './usage.ts';

/** What {@link createResponseEncoder} needs. */
export interface ResponseEncoderOptions {
  /** Nothing has become of it yet: `in_progress`, or `queued` for one in the background. */
  readonly initial: ResponseObject;
  readonly names: ToolNames;
  /** Whether the client asked for a summary of the reasoning. */
  readonly showsSummary: boolean;
  /** Whether the client asked for encrypted reasoning, which Cursor has none of: it is `null` then. */
  readonly includesEncryptedReasoning: boolean;
  readonly createItemId: (prefix: 'msg' | 'rs' | 'fc' | 'ctc') => string;
  /** Unix seconds. */
  readonly now: () => number;
  readonly price: ModelPrice | null;
}

/**
 * Encodes an answer as a response.
 *
 * Each block of text is a message of its own, each block of reasoning a reasoning item, each call one of its kind. The
 * `output_item.done` of a block waits for the event after it: only a following end at the token limit tells that the item
 * is `incomplete`. What is open when the answer fails or is cancelled ends as `incomplete`, with all its events.
 */
export const createResponseEncoder = ({
  initial,
  names,
  showsSummary,
  includesEncryptedReasoning,
  createItemId,
  now,
  price,
}: ResponseEncoderOptions): ResponseEncoder => {
  const finished: ResponseItem[] = [];
  /** Its `output` is that of the beginning until the response has ended. */
  let response = initial;
  let phase: 'unopened' | 'open' | 'over' = 'unopened';
  let block: OpenBlock | null = null;
  let count = 0;
  const nextNumber = (): number => count++;

  const open = (): readonly ResponseEvent[] => {
    if (phase !== 'unopened') return [];
    phase = 'open';
    return toOpeningEvents(response, nextNumber);
  };
  const start = (): readonly ResponseEvent[] => {
    const opening = open();
    if (response.status !== 'queued') return opening;
    response = { ...response, status: 'in_progress' };
    return [...opening, toInProgressEvent(response, nextNumber)];
  };
  const closeText = (closed: OpenBlock): readonly ResponseEvent[] => {
    if (closed.isWhole) return [];
    closed.isWhole = true;
    return closed.content?.close(closed.text) ?? [];
  };
  const settle = (status: 'completed' | 'incomplete'): readonly ResponseEvent[] => {
    if (block === null) return [];
    const settled = block;
    block = null;
    const item = settled.toItem(status);
    finished.push(item);
    return [...closeText(settled), toItemDone(item, settled.outputIndex, nextNumber)];
  };
  /** Makes way for the next item, whose place in the output is the number of those that are finished then. */
  const proceed = (): readonly ResponseEvent[] => [...start(), ...settle('completed')];
  const begin = (before: readonly ResponseEvent[], begun: OpenBlock): readonly ResponseEvent[] => {
    block = begun;
    return [
      ...before,
      toItemAdded(toEmptyItem(begun.toItem('completed')), begun.outputIndex, nextNumber),
      ...(begun.content?.open() ?? []),
    ];
  };
  const place = (prefix: 'msg' | 'rs') => ({ id: createItemId(prefix), outputIndex: finished.length, nextNumber });
  const call = (event: Extract<ChoiceEvent, { type: 'tool-call' }>): readonly ResponseEvent[] => {
    const before = proceed();
    const tool = names.find(event.name);
    const item = toCallItem(createItemId(tool.kind === 'custom' ? 'ctc' : 'fc'), tool, event);
    finished.push(item);
    return [...before, ...toItemEvents(item, finished.length - 1, nextNumber)];
  };
  const end = (
    before: readonly ResponseEvent[],
    changes: Pick<ResponseObject, 'status'> & Partial<ResponseObject>,
  ): readonly ResponseEvent[] => {
    phase = 'over';
    response = { ...response, ...changes, output: finished };
    return [...before, toTerminalEvent(response, nextNumber)];
  };
  /** Ends with what there is by now. */
  const breakOff = (changes: Pick<ResponseObject, 'status' | 'error'>): readonly ResponseEvent[] =>
    end([...open(), ...settle(block?.isWhole === true ? 'completed' : 'incomplete')], changes);

  return {
    get response() {
      return phase === 'over' ? response : { ...response, output: [...finished] };
    },
    open,
    push(event) {
      if (phase === 'over') return [];
      switch (event.type) {
        case 'run-start':
          return initial.status === 'queued' ? start() : [];
        case 'text-start':
          return begin(proceed(), createTextBlock(place('msg')));
        case 'reasoning-start':
          return begin(
            proceed(),
            createReasoningBlock(place('rs'), { showsSummary, includesEncrypted: includesEncryptedReasoning }),
          );
        case 'text-delta':
        case 'reasoning-delta':
          if (block === null) return [];
          block.text += event.text;
          return block.content === null ? [] : [block.content.delta(event.text)];
        case 'text-end':
        case 'reasoning-end':
          return block === null ? [] : closeText(block);
        case 'tool-call':
          return call(event);
        case 'run-end': {
          const isCut = event.finishReason === 'length';
          const before = [...start(), ...settle(isCut ? 'incomplete' : 'completed')];
          const usage = toResponseUsage(event.usage, price);
          return isCut
            ? end(before, { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, usage })
            : end(before, { status: 'completed', completed_at: now(), usage });
        }
        case 'run-error':
          return breakOff({ status: 'failed', error: toResponseFailure(event.error) });
        default:
          return assertNever(event);
      }
    },
    keepalive() {
      if (phase === 'over') return [];
      return [...open(), { type: 'keepalive', sequence_number: nextNumber() }];
    },
    cancel: () => (phase === 'over' ? [] : breakOff({ status: 'cancelled', error: null })),
  };
};
