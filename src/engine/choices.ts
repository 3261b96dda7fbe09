import type { ChoiceEvent, RunEvent } from '../core/run-event.ts';

/** An event that waits to be taken. */
interface Offer {
  readonly event: ChoiceEvent;
  /** Whether the next event is wanted. */
  readonly answer: (isNextWanted: boolean) => void;
}

/**
 * Runs several answers at once and merges their events as they come, each with its `choice`.
 *
 * One answer passes through as it is. With several, each waits until its event was taken. The first `run-error` ends all: it
 * is the last event, and the `signal` of the others is aborted, as when the iteration is left early. An answer that ends
 * without a last event, as after a cancel, is simply over.
 */
export async function* runChoices(
  count: number,
  start: (choice: number, signal: AbortSignal) => AsyncIterable<RunEvent>,
  signal: AbortSignal,
): AsyncGenerator<ChoiceEvent, void, undefined> {
  if (count === 1) {
    yield* start(0, signal);
    return;
  }
  const controller = new AbortController();
  const signalOfAll = AbortSignal.any([signal, controller.signal]);
  const offers: Offer[] = [];
  const failures: unknown[] = [];
  let taken: Offer | null = null;
  let underWay = count;
  let wake: () => void = () => {};

  const offer = async (event: ChoiceEvent): Promise<boolean> => {
    if (controller.signal.aborted) return false;
    return new Promise<boolean>((answer) => {
      offers.push({ event, answer });
      wake();
    });
  };
  const runOne = async (choice: number): Promise<void> => {
    try {
      for await (const event of start(choice, signalOfAll)) if (!(await offer({ ...event, choice }))) break;
    } catch (error) {
      failures.push(error);
    } finally {
      underWay -= 1;
      wake();
    }
  };

  // None of them rejects, nor has anyone to wait for those that are cancelled.
  for (let choice = 0; choice < count; choice += 1) void runOne(choice);
  try {
    for (;;) {
      taken = offers.shift() ?? null;
      if (taken !== null) {
        yield taken.event;
        if (taken.event.type === 'run-error') return;
        taken.answer(true);
      } else if (failures.length > 0) {
        throw failures[0];
      } else if (underWay === 0) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    controller.abort();
    taken?.answer(false);
    for (const { answer } of offers) answer(false);
  }
}
