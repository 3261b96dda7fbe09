import type { RunEvent } from '../../core/run-event.ts';

/** Run events that went through a {@link StopFilter}. */
export interface Filtered {
  readonly events: readonly RunEvent[];
  /** The stop sequence that was met: nothing may follow `events`. `null` while none was. */
  readonly stopSequence: string | null;
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
  const matchers = stop.map(createMatcher);
  /** What is held back: the first event is a `text-delta`. */
  const held: RunEvent[] = [];
  /** In units of the text held back. */
  let heldLength = 0;

  /** Lets go of the first `length` units of the held text, and of what comes before the next unit. */
  const release = (length: number): RunEvent[] => {
    let left = length;
    let count = 0;
    for (const event of held) {
      if (event.type === 'text-delta') {
        if (event.text.length > left) break;
        left -= event.text.length;
      }
      count += 1;
    }
    const released = held.splice(0, count);
    const [next] = held;
    if (next?.type === 'text-delta' && left > 0) {
      released.push({ ...next, text: next.text.slice(0, left) });
      held[0] = { ...next, text: next.text.slice(left) };
    }
    heldLength -= length;
    return released;
  };

  /** Where the held text and `text` behind it are to be cut: before what ends the answer, or what may be its beginning. */
  const findCut = (text: string): { readonly length: number; readonly stopSequence: string | null } => {
    let beginning = 0;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      let complete = '';
      beginning = 0;
      for (const { sequence, push } of matchers) {
        const length = push(unit);
        if (length === sequence.length && length > complete.length) complete = sequence;
        if (length > beginning) beginning = length;
      }
      if (complete !== '') {
        return { length: heldLength + index + 1 - complete.length, stopSequence: complete };
      }
    }
    return { length: heldLength + text.length - beginning, stopSequence: null };
  };

  return {
    push(event) {
      if (event.type === 'text-delta') {
        if (event.text === '') return { events: [], stopSequence: null };
        const { length, stopSequence } = findCut(event.text);
        held.push(event);
        heldLength += event.text.length;
        return { events: release(length), stopSequence };
      }
      if (heldLength === 0) return { events: [event], stopSequence: null };
      held.push(event);
      if (!isDecisive(event)) return { events: [], stopSequence: null };
      for (const matcher of matchers) matcher.reset();
      return { events: release(heldLength), stopSequence: null };
    },
  };
};

const isDecisive = ({ type }: RunEvent): boolean =>
  type === 'tool-call' || type === 'run-start' || type === 'run-end' || type === 'run-error';

/** Looks for one sequence in a text that comes unit by unit, in time in proportion to the text (Knuth, Morris and Pratt). */
interface Matcher {
  readonly sequence: string;
  /** How much of the sequence the text ends with, now that `unit` has come; all of it is there at its length. */
  readonly push: (unit: number) => number;
  /** Begins another text. */
  reset(): void;
}

const createMatcher = (sequence: string): Matcher => {
  /** By how much of the sequence is there: how much of it is there still when the next unit does not fit. */
  const shorter: number[] = [0, 0];
  const extend = (length: number, unit: number): number => {
    let extended = length;
    while (extended > 0 && sequence.charCodeAt(extended) !== unit) extended = shorter[extended] ?? 0;
    return sequence.charCodeAt(extended) === unit ? extended + 1 : 0;
  };
  for (let index = 1; index < sequence.length; index += 1) {
    shorter.push(extend(shorter[index] ?? 0, sequence.charCodeAt(index)));
  }
  let matched = 0;
  return {
    sequence,
    push(unit) {
      matched = extend(matched, unit);
      return matched;
    },
    reset() {
      matched = 0;
    },
  };
};
