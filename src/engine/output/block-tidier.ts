import type { RunEvent } from '../../core/run-event.ts';

export interface BlockTidier {
  push(events: readonly RunEvent[]): RunEvent[];
  /** The end of the block that is still open, where one is. */
  close(): RunEvent[];
}

/** Leaves out empty deltas, and blocks that hold nothing. */
export const createBlockTidier = (): BlockTidier => {
  let unopened: RunEvent | null = null;
  let end: RunEvent | null = null;

  const tidy = (event: RunEvent): RunEvent[] => {
    switch (event.type) {
      case 'text-start':
      case 'reasoning-start':
        unopened = event;
        return [];
      case 'text-delta':
      case 'reasoning-delta': {
        if (event.text === '') return [];
        const opening = unopened === null ? [] : [unopened];
        unopened = null;
        end = { type: event.type === 'text-delta' ? 'text-end' : 'reasoning-end', id: event.id };
        return [...opening, event];
      }
      case 'text-end':
      case 'reasoning-end': {
        const isOpen = end !== null;
        unopened = null;
        end = null;
        return isOpen ? [event] : [];
      }
      case 'tool-call':
      case 'run-start':
      case 'run-end':
      case 'run-error':
        return [event];
    }
  };

  return {
    push: (events) => events.flatMap(tidy),
    close() {
      const closing = end === null ? [] : [end];
      unopened = null;
      end = null;
      return closing;
    },
  };
};
