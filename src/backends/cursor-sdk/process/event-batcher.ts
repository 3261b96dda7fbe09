import type { RunEvent } from '../../../core/run-event.ts';
import type { RunEventBatch } from '../protocol.ts';

/** Collects the events of all runs and sends them together. */
export interface EventBatcher {
  /** Adds events of a run; they leave at the end of this turn of the event loop, or now with `isUrgent`. */
  add(runKey: number, events: readonly RunEvent[], isUrgent?: boolean): void;
  flush(): void;
}

/** A message costs both processes far more than an event does: with many streams, one message carries the events of all. */
export const createEventBatcher = (send: (batch: RunEventBatch) => void): EventBatcher => {
  let eventsByRun = new Map<number, RunEvent[]>();
  let isScheduled = false;

  const flush = () => {
    if (eventsByRun.size === 0) return;
    const batch = [...eventsByRun];
    eventsByRun = new Map();
    send(batch);
  };

  return {
    add(runKey, events, isUrgent = false) {
      if (events.length === 0) return;
      const collected = eventsByRun.get(runKey);
      if (collected === undefined) eventsByRun.set(runKey, [...events]);
      else collected.push(...events);
      if (isUrgent) {
        flush();
      } else if (!isScheduled) {
        isScheduled = true;
        setImmediate(() => {
          isScheduled = false;
          flush();
        });
      }
    },
    flush,
  };
};
