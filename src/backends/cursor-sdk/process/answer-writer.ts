import type { InteractionUpdate } from '@cursor/sdk';
import type { RunEvent } from '../../../core/run-event.ts';

/** Turns the SDK's updates into blocks; see the grammar of {@link RunEvent}. */
export interface AnswerWriter {
  /** The events that an update amounts to; none for updates that carry no text. */
  push(update: InteractionUpdate): readonly RunEvent[];
  /** Closes the block that is open. */
  close(): readonly RunEvent[];
}

const CLOSING_UPDATES: ReadonlySet<InteractionUpdate['type']> = new Set([
  'thinking-completed',
  'step-started',
  'step-completed',
  'turn-ended',
]);

type BlockKind = 'text' | 'reasoning';

/** Makes the writer of one run. A block ends where the kind of text changes and where the model's step ends. */
export const createAnswerWriter = (): AnswerWriter => {
  let open: { readonly kind: BlockKind; readonly id: string } | null = null;
  let count = 0;

  const close = (): readonly RunEvent[] => {
    if (open === null) return [];
    const { kind, id } = open;
    open = null;
    return [{ type: `${kind}-end`, id }];
  };

  const write = (kind: BlockKind, text: string): readonly RunEvent[] => {
    if (text === '') return [];
    if (open?.kind === kind) return [{ type: `${kind}-delta`, id: open.id, text }];
    const closed = close();
    count += 1;
    const id = `${kind}-${count}`;
    open = { kind, id };
    return [...closed, { type: `${kind}-start`, id }, { type: `${kind}-delta`, id, text }];
  };

  return {
    push(update) {
      if (update.type === 'text-delta') return write('text', update.text);
      if (update.type === 'thinking-delta') return write('reasoning', update.text);
      return CLOSING_UPDATES.has(update.type) ? close() : [];
    },
    close,
  };
};
