import type { ChoiceEvent } from '../core/run-event.ts';

/** The answer to who wants not a single token: nothing runs for it. */
export async function* giveEmptyAnswer(choices = 1): AsyncGenerator<ChoiceEvent> {
  for (let choice = 0; choice < choices; choice += 1) {
    yield { choice, type: 'run-end', finishReason: 'length', usage: null, durationMs: 0 };
  }
}
