import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { ChoiceEvent, RunEvent } from '../../../src/core/run-event.ts';
import { runChoices } from '../../../src/engine/choices.ts';

const never = new AbortController().signal;
const delta = (text: string): RunEvent => ({ type: 'text-delta', id: '0', text });
const END: RunEvent = { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 };
const ERROR: RunEvent = { type: 'run-error', error: { code: 'upstream_error', message: 'Down.' } };

/** Answers that each give an event when they are told to. */
const createAnswers = (count: number) => {
  const answers = Array.from({ length: count }, () => ({
    events: [] as RunEvent[],
    wake: () => {},
    isOver: false,
    isCancelled: false,
  }));
  const answerOf = (choice: number) => {
    const answer = answers[choice];
    if (answer === undefined) throw new Error(`There is no answer ${choice}.`);
    return answer;
  };
  const give = (choice: number, ...events: RunEvent[]): void => {
    const answer = answerOf(choice);
    answer.events.push(...events);
    answer.wake();
  };
  async function* start(choice: number, signal: AbortSignal): AsyncGenerator<RunEvent> {
    const answer = answerOf(choice);
    try {
      for (;;) {
        const event = answer.events.shift();
        if (event !== undefined) {
          yield event;
          if (event.type === 'run-end' || event.type === 'run-error') return;
          continue;
        }
        if (signal.aborted) return;
        const { promise, resolve } = Promise.withResolvers<void>();
        answer.wake = resolve;
        await Promise.race([promise, once(signal, 'abort')]);
      }
    } finally {
      answer.isCancelled = signal.aborted;
      answer.isOver = true;
    }
  }
  return { answerOf, give, start };
};

const collect = async (events: AsyncIterable<ChoiceEvent>): Promise<ChoiceEvent[]> => {
  const all: ChoiceEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};

describe('one answer', () => {
  test('passes through as it is, with the very signal', async () => {
    const answers = createAnswers(1);
    const events = [delta('x'), END];
    answers.give(0, ...events);
    const seen: AbortSignal[] = [];
    const merged = runChoices(
      1,
      (choice, signal) => {
        seen.push(signal);
        return answers.start(choice, signal);
      },
      never,
    );
    const [first, second] = await collect(merged);
    expect(first).toBe(events[0]);
    expect(second).toBe(events[1]);
    expect(seen).toEqual([never]);
  });

  test('is left when the iteration is', async () => {
    const answers = createAnswers(1);
    answers.give(0, delta('x'));
    for await (const event of runChoices(1, answers.start, never)) {
      expect(event).toEqual(delta('x'));
      break;
    }
    expect(answers.answerOf(0).isOver).toBe(true);
  });
});

describe('several answers', () => {
  test('come in the order of their events', async () => {
    const answers = createAnswers(3);
    const merged = runChoices(3, answers.start, never);
    const told: ChoiceEvent[] = [];
    const order: [choice: number, event: RunEvent][] = [
      [1, delta('a')],
      [0, delta('b')],
      [1, delta('c')],
      [2, END],
      [0, END],
      [1, delta('d')],
      [1, END],
    ];
    for (const [choice, event] of order) {
      answers.give(choice, event);
      const { value } = await merged.next();
      if (value !== undefined) told.push(value);
    }
    expect(told).toEqual(order.map(([choice, event]) => Object.assign({ choice }, event)));
    expect(await merged.next()).toMatchObject({ done: true });
  });

  test('lose no event where many are ready', async () => {
    const answers = createAnswers(8);
    const words = Array.from({ length: 50 }, (_, index) => delta(`${index}`));
    for (let choice = 0; choice < 8; choice += 1) answers.give(choice, ...words, END);
    const all = await collect(runChoices(8, answers.start, never));
    for (let choice = 0; choice < 8; choice += 1) {
      expect(all.filter((event) => event.choice === choice)).toEqual(
        [...words, END].map((event) => Object.assign({ choice }, event)),
      );
    }
  });

  test('an answer that nobody takes from is not read on', async () => {
    const answers = createAnswers(2);
    answers.give(0, delta('a'), delta('b'), delta('c'));
    const merged = runChoices(2, answers.start, never);
    await merged.next();
    expect(answers.answerOf(0).events).toHaveLength(2);
    await merged.return();
  });

  test('an error ends all', async () => {
    const answers = createAnswers(3);
    answers.give(0, delta('a'));
    answers.give(1, ERROR);
    answers.give(2, delta('b'));
    const all = await collect(runChoices(3, answers.start, never));
    expect(all.at(-1)).toEqual({ ...ERROR, choice: 1 });
    expect(all.filter((event) => event.type === 'run-error')).toHaveLength(1);
    await expect.poll(() => [0, 2].map((choice) => answers.answerOf(choice).isCancelled)).toEqual([true, true]);
  });

  test('leaving early cancels all, those too that wait', async () => {
    const answers = createAnswers(3);
    answers.give(0, delta('a'));
    answers.give(1, delta('b'), delta('c'));
    for await (const event of runChoices(3, answers.start, never)) {
      expect(event).toEqual({ ...delta('a'), choice: 0 });
      break;
    }
    await expect.poll(() => [0, 1, 2].map((choice) => answers.answerOf(choice).isOver)).toEqual([true, true, true]);
  });

  test('end when they are cancelled from outside', async () => {
    const answers = createAnswers(2);
    const controller = new AbortController();
    answers.give(0, delta('a'));
    const merged = runChoices(2, answers.start, controller.signal);
    await merged.next();
    const rest = collect(merged);
    controller.abort();
    expect(await rest).toEqual([]);
  });

  test('one that throws ends all with what it threw', async () => {
    const answers = createAnswers(2);
    const failure = new Error('A defect.');
    const merged = runChoices(
      2,
      (choice, signal) => {
        if (choice === 1) throw failure;
        return answers.start(choice, signal);
      },
      never,
    );
    await expect(collect(merged)).rejects.toBe(failure);
    await expect.poll(() => answers.answerOf(0).isCancelled).toBe(true);
  });
});
