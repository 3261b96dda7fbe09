import type { Answers } from '../engine/answer/create-answers.ts';
import { runChoices } from '../engine/choices.ts';
import type { DecodedMessages } from '../protocols/split-system-prompt.ts';

/**
 * Answers several conversations as the choices of one request, those of the first before those of the second. The request's
 * own conversation does not count then, and its `choices` are as many as there are in all.
 */
export const answerPrompts = (
  answers: Pick<Answers, 'answer'>,
  conversations: readonly DecodedMessages[],
): Pick<Answers, 'answer'> => ({
  answer(request, context, signal, observer) {
    const choicesOfEach = request.choices / conversations.length;
    const start = (choice: number, choiceSignal: AbortSignal) =>
      answers.answer(
        { ...request, ...conversations[Math.floor(choice / choicesOfEach)], choices: 1 },
        context,
        choiceSignal,
        choice === 0 ? observer : UNOBSERVED,
      );
    return runChoices(request.choices, start, signal);
  },
});

const UNOBSERVED = { onPlaced: () => undefined, onAdmitted: () => undefined };
