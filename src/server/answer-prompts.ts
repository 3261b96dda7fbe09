import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../core/gateway-error.ts';
import type { RunEvent } from '../core/run-event.ts';
import { createAdmission } from '../engine/admission.ts';
import type { AnswerObserver } from '../engine/answer/answer-context.ts';
import type { Answers } from '../engine/answer/create-answers.ts';
import { runChoices } from '../engine/choices.ts';
import type { DecodedMessages } from '../protocols/split-system-prompt.ts';

/** So many answers of one request are under way at once: it must not take every place there is. */
const MAX_AT_ONCE = 4;

/** How long an answer that found no place waits, at the longest, before it asks again. */
const ASK_AGAIN_MS = 1_000;

/**
 * Answers several conversations as the choices of one request, those of the first before those of the second. The request's
 * own conversation does not count then, and its `choices` are as many as there are in all.
 *
 * The first answer has to find a place, or the request is refused before anything runs. The others begin when it has, a few at a
 * time, and wait as long as there is no place for them: what has run by then is paid.
 */
export const answerPrompts = (
  answers: Pick<Answers, 'answer'>,
  conversations: readonly DecodedMessages[],
  askAgainMs = ASK_AGAIN_MS,
): Pick<Answers, 'answer'> => ({
  answer(request, context, signal, observer) {
    const choicesOfEach = request.choices / conversations.length;
    const lanes = createAdmission({ maxConcurrent: MAX_AT_ONCE, maxQueued: request.choices });
    const opened = Promise.withResolvers<void>();
    let ended = Promise.withResolvers<void>();

    const give = (choice: number, choiceSignal: AbortSignal, choiceObserver: AnswerObserver) =>
      answers.answer(
        { ...request, ...conversations[Math.floor(choice / choicesOfEach)], choices: 1 },
        context,
        choiceSignal,
        choiceObserver,
      );

    async function* giveFirst(choiceSignal: AbortSignal): AsyncGenerator<RunEvent> {
      yield* give(0, choiceSignal, {
        onPlaced: (kind) => observer.onPlaced(kind),
        onAdmitted() {
          opened.resolve();
          observer.onAdmitted();
        },
      });
      opened.resolve();
    }

    async function* givePatiently(choice: number, choiceSignal: AbortSignal): AsyncGenerator<RunEvent> {
      const aborted = whenAborted(choiceSignal);
      await Promise.race([opened.promise, aborted]);
      for (;;) {
        choiceSignal.throwIfAborted();
        try {
          yield* give(choice, choiceSignal, UNOBSERVED);
          return;
        } catch (error) {
          if (!(error instanceof GatewayError) || error.code !== 'too_many_runs') throw error;
          // One of this request's own that ends leaves its place.
          await Promise.race([ended.promise, delay(askAgainMs, undefined, { ref: false }), aborted]);
        }
      }
    }

    async function* start(choice: number, choiceSignal: AbortSignal): AsyncGenerator<RunEvent> {
      const lane = await lanes.enter(choiceSignal);
      try {
        yield* choice === 0 ? giveFirst(choiceSignal) : givePatiently(choice, choiceSignal);
      } finally {
        lane[Symbol.dispose]();
        ended.resolve();
        ended = Promise.withResolvers<void>();
      }
    }

    return runChoices(request.choices, start, signal);
  },
});

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const UNOBSERVED: AnswerObserver = { onPlaced: () => undefined, onAdmitted: () => undefined };
