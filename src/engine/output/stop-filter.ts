import type { RunEvent } from '../../core/run-event.ts';

/** Run events that went through a {@link StopFilter}. */
export interface Filtered {
  readonly events: readonly RunEvent[];
  /** Whether the text of a stop sequence was met: nothing may follow `events`. */
  readonly isStopped: boolean;
}

export interface StopFilter {
  push(event: RunEvent): Filtered;
}

/**
 * Ends an answer before the first of some stop sequences.
 *
 * The text of all its text blocks counts as one, as clients put it together. The sequence that is complete first ends it, of
 * several the longest. Text that may be the beginning of one is held back, and whatever comes behind it too, until more text
 * decides; a tool call and the end of the run decide that it is none.
 */
export const createStopFilter = (stop: readonly string[]): StopFilter => {
  /** What is held back: the first event is a `text-delta`. */
  let held: RunEvent[] = [];
  let heldText = '';

  /** Lets go of the first `length` units of the held text, and of what comes before the next unit. */
  const release = (length: number): RunEvent[] => {
    const released: RunEvent[] = [];
    let left = length;
    let event = held[0];
    while (event !== undefined) {
      if (event.type === 'text-delta' && event.text.length > left) {
        if (left > 0) released.push({ ...event, text: event.text.slice(0, left) });
        held[0] = { ...event, text: event.text.slice(left) };
        break;
      }
      if (event.type === 'text-delta') left -= event.text.length;
      released.push(event);
      held.shift();
      event = held[0];
    }
    heldText = heldText.slice(length);
    return released;
  };

  return {
    push(event) {
      if (event.type === 'text-delta') {
        if (event.text === '') return { events: [], isStopped: false };
        held.push(event);
        heldText += event.text;
        const match = findFirst(heldText, stop);
        if (match !== null) return { events: release(match), isStopped: true };
        return { events: release(heldText.length - lengthOfBeginning(heldText, stop)), isStopped: false };
      }
      if (heldText === '') return { events: [event], isStopped: false };
      held.push(event);
      return { events: isDecisive(event) ? release(heldText.length) : [], isStopped: false };
    },
  };
};

const isDecisive = ({ type }: RunEvent): boolean =>
  type === 'tool-call' || type === 'run-start' || type === 'run-end' || type === 'run-error';

/** Where the stop sequence begins that is complete first; `null` where there is none. */
const findFirst = (text: string, stop: readonly string[]): number | null => {
  const matches = stop.flatMap((sequence) => {
    const start = text.indexOf(sequence);
    return start < 0 ? [] : [{ start, end: start + sequence.length }];
  });
  const [first] = matches.toSorted((a, b) => a.end - b.end || a.start - b.start);
  return first?.start ?? null;
};

/** The length of the longest end of `text` that a stop sequence begins with. */
const lengthOfBeginning = (text: string, stop: readonly string[]): number => {
  const longest = Math.max(0, ...stop.map((sequence) => sequence.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(-length);
    if (stop.some((sequence) => sequence.length > length && sequence.startsWith(end))) return length;
  }
  return 0;
};
