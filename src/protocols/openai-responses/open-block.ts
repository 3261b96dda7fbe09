import { toSummaryPart, toTextPart } from './content-parts.ts';
import { createSummaryContent, createTextContent, type ItemContent } from './item-content.ts';
import type { ResponseItem } from './response-object.ts';

/** A block of text or reasoning that is being told. */
export interface OpenBlock {
  readonly outputIndex: number;
  /** `null` where the client is told nothing of what is in it. */
  readonly content: ItemContent | null;
  /** All of it so far. */
  text: string;
  /** Its text is whole, but how its item ends is only known with the next event. */
  isWhole: boolean;
  /** The item that is told so far. */
  toItem(status: 'completed' | 'incomplete'): ResponseItem;
}

interface BlockPlace {
  readonly id: string;
  readonly outputIndex: number;
  readonly nextNumber: () => number;
}

/** A block of text: a message with one part. */
export const createTextBlock = ({ id, outputIndex, nextNumber }: BlockPlace): OpenBlock => ({
  outputIndex,
  content: createTextContent({ itemId: id, outputIndex, nextNumber }, 0),
  text: '',
  isWhole: false,
  toItem(status) {
    return {
      id,
      type: 'message',
      status,
      content: [toTextPart(this.text)],
      role: 'assistant',
    };
  },
});

/** A block of reasoning; its text is its summary, where the client asked for one. */
export const createReasoningBlock = (
  { id, outputIndex, nextNumber }: BlockPlace,
  { showsSummary, includesEncrypted }: { readonly showsSummary: boolean; readonly includesEncrypted: boolean },
): OpenBlock => ({
  outputIndex,
  content: showsSummary ? createSummaryContent({ itemId: id, outputIndex, nextNumber }, 0) : null,
  text: '',
  isWhole: false,
  toItem(status) {
    return {
      id,
      type: 'reasoning',
      status,
      summary: showsSummary ? [toSummaryPart(this.text)] : [],
      ...(includesEncrypted && { encrypted_content: null }),
    };
  },
});
