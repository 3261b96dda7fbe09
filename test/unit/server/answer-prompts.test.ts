import { describe, expect, test } from 'vitest';
import type { AnswerRequest } from '../../../src/core/answer-request.ts';
import { DEFAULT_ACCOUNT } from '../../../src/core/credential-source.ts';
import type { ChoiceEvent } from '../../../src/core/run-event.ts';
import { createAdmission, type Slot } from '../../../src/engine/admission.ts';
import type { AnswerObserver } from '../../../src/engine/answer/answer-context.ts';
import type { Answers } from '../../../src/engine/answer/create-answers.ts';
import { answerPrompts } from '../../../src/server/answer-prompts.ts';

const CONTEXT = { owner: 'o', account: DEFAULT_ACCOUNT, sessionId: null, affinity: null, isStream: false };
const REQUEST: Omit<AnswerRequest, 'choices'> = {
  requestId: 'r',
  model: { id: 'm', parameters: [] },
  systemPrompt: null,
  messages: [],
  tools: [],
  toolChoice: 'none',
  parallelToolCalls: false,
  limits: { stop: [], maxTokens: null, countsReasoning: false },
  format: null,
};
const UNOBSERVED: AnswerObserver = { onPlaced: () => undefined, onAdmitted: () => undefined };
const toConversation = (text: string) => ({
  systemPrompt: null,
  messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text }] }],
});
const textOf = ({ messages }: AnswerRequest): string =>
  messages.flatMap(({ content }) => content.map((part) => (part.type === 'text' ? part.text : ''))).join('');

/** Answers each prompt with itself in capitals, as far as there are places; `gate` holds every answer back. */
const createCrowd = (limits: { maxConcurrent: number; maxQueued: number }, gate: Promise<void> = Promise.resolve()) => {
  const admission = createAdmission(limits);
  const started: string[] = [];
  const places = { most: 0, refused: 0 };
  const answers: Pick<Answers, 'answer'> = {
    async *answer(request, _context, signal, observer) {
      const entering = admission.enter(signal);
      places.most = Math.max(places.most, admission.active + admission.queued);
      const slot = await entering.catch((error: unknown) => {
        places.refused += 1;
        throw error;
      });
      try {
        observer.onAdmitted();
        started.push(textOf(request));
        await gate;
        signal.throwIfAborted();
        yield { type: 'text-delta', id: 't', text: textOf(request).toUpperCase() };
        yield { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 };
      } finally {
        slot[Symbol.dispose]();
      }
    },
  };
  return { admission, answers, started, places };
};

const ask = (
  answers: Pick<Answers, 'answer'>,
  prompts: readonly string[],
  { choices = prompts.length, signal = new AbortController().signal } = {},
) =>
  answerPrompts(answers, prompts.map(toConversation), 5).answer({ ...REQUEST, choices }, CONTEXT, signal, UNOBSERVED);

const readTexts = async (events: AsyncIterable<ChoiceEvent>): Promise<readonly string[]> => {
  const texts: string[] = [];
  for await (const event of events) {
    if (event.type === 'text-delta') texts[event.choice ?? 0] = event.text;
  }
  return texts;
};

const PROMPTS = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('several prompts', () => {
  test.each([
    { what: 'one place and no queue', limits: { maxConcurrent: 1, maxQueued: 0 } },
    { what: 'one place and a short queue', limits: { maxConcurrent: 1, maxQueued: 1 } },
    { what: 'a few places', limits: { maxConcurrent: 2, maxQueued: 2 } },
    { what: 'places for all', limits: { maxConcurrent: 100, maxQueued: 100 } },
  ])('are all answered in their order, with $what', async ({ limits }) => {
    const { answers, admission, started, places } = createCrowd(limits);
    expect(await readTexts(ask(answers, PROMPTS))).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
    expect(started.toSorted()).toEqual(PROMPTS);
    expect(places.most).toBeLessThanOrEqual(4);
    expect([admission.active, admission.queued]).toEqual([0, 0]);
  });

  test('have each their own choices', async () => {
    const { answers } = createCrowd({ maxConcurrent: 1, maxQueued: 1 });
    expect(await readTexts(ask(answers, ['a', 'b'], { choices: 4 }))).toEqual(['A', 'A', 'B', 'B']);
  });

  test('are refused before anything runs where the first finds no place', async () => {
    const { answers, admission, started } = createCrowd({ maxConcurrent: 1, maxQueued: 0 });
    const other = await admission.enter(new AbortController().signal);
    await expect(readTexts(ask(answers, PROMPTS))).rejects.toMatchObject({ code: 'too_many_runs' });
    other[Symbol.dispose]();
    expect(started).toEqual([]);
  });

  test('wait while another has the only place, and lose nothing of what has run', async () => {
    const { answers, admission, started, places } = createCrowd({ maxConcurrent: 1, maxQueued: 0 });
    const other = Promise.withResolvers<Slot>();
    const overtaken: typeof answers = {
      async *answer(request, context, signal, observer) {
        yield* answers.answer(request, context, signal, observer);
        // The place that is free now has another before it is asked for again.
        if (textOf(request) === 'a') other.resolve(admission.enter(signal));
      },
    };
    const texts = readTexts(ask(overtaken, ['a', 'b']));
    const slot = await other.promise;
    await expect.poll(() => places.refused).toBeGreaterThan(1);
    expect(started).toEqual(['a']);
    slot[Symbol.dispose]();
    expect(await texts).toEqual(['A', 'B']);
  });

  test('end with the signal while they wait', async () => {
    const never = new Promise<never>(() => {});
    const { answers, admission, started } = createCrowd({ maxConcurrent: 1, maxQueued: 0 }, never);
    const controller = new AbortController();
    const texts = readTexts(ask(answers, ['a', 'b'], { signal: controller.signal }));
    await expect.poll(() => started).toEqual(['a']);
    controller.abort(new Error('gone'));
    await expect(texts).rejects.toThrow('gone');
    await expect.poll(() => admission.queued).toBe(0);
  });
});
