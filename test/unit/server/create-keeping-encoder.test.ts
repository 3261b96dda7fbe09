import { expect, test } from 'vitest';
import type { ChoiceEvent } from '../../../src/core/run-event.ts';
import { createChatStreamEncoder } from '../../../src/protocols/openai-chat/encode.ts';
import { createChatResult } from '../../../src/protocols/openai-chat/result.ts';
import { createKeepingEncoder } from '../../../src/server/stored-answers/create-keeping-encoder.ts';
import { runs, twoChoices } from '../../fixtures/runs.ts';

const IDENTITY = { id: 'chatcmpl-1', created: 1, model: 'composer-2.5' };

const everyRun: readonly (readonly [name: string, events: readonly ChoiceEvent[], choices: number])[] = [
  ...Object.entries(runs).map(([name, events]) => [name, events, 1] as const),
  ...Object.entries(twoChoices).map(([name, events]) => [name, events, 2] as const),
];

test.each(everyRun)('%s: what is kept is the JSON form, before the end of the stream', (_name, events, choices) => {
  const plain = createChatStreamEncoder(IDENTITY, { choices });
  const fold = createChatResult(IDENTITY, { choices });
  /** What happens, in order: what is kept, and the frames that are given out. */
  const happened: (object | string)[] = [];
  const encoder = createKeepingEncoder(createChatStreamEncoder(IDENTITY, { choices }), {
    fold: createChatResult(IDENTITY, { choices }),
    choices,
    keep: (result) => happened.push(result),
  });
  expect(encoder.heartbeat()).toBe(plain.heartbeat());
  for (const event of events) happened.push(encoder.push(event));

  const frames = events.map((event) => plain.push(event));
  for (const event of events) fold.push(event);
  const isFailed = events.some(({ type }) => type === 'run-error');
  expect(happened).toEqual(isFailed ? frames : [...frames.slice(0, -1), fold.toResult(), frames.at(-1)]);
});
