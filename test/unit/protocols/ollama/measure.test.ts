import { expect, test } from 'vitest';
import type { ChoiceEvent } from '../../../../src/core/run-event.ts';
import { createMeasure } from '../../../../src/protocols/ollama/measure.ts';

const START: ChoiceEvent = { type: 'run-start', runId: 'r', agentId: 'a' };
const TEXT: ChoiceEvent = { type: 'text-delta', id: 't', text: 'a' };
const THOUGHT: ChoiceEvent = { type: 'reasoning-delta', id: 't', text: 'a' };
const CALL: ChoiceEvent = { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' };
const OPENING: ChoiceEvent = { type: 'text-start', id: 't' };

test.each<
  [what: string, events: readonly (readonly [atMs: number, event: ChoiceEvent])[], milliseconds: readonly number[]]
>([
  [
    'text',
    [
      [100, START],
      [150, OPENING],
      [400, TEXT],
      [900, TEXT],
    ],
    [100, 300, 600],
  ],
  [
    'reasoning before text',
    [
      [100, START],
      [200, THOUGHT],
      [800, TEXT],
    ],
    [100, 100, 800],
  ],
  [
    'a call',
    [
      [50, START],
      [250, CALL],
    ],
    [50, 200, 750],
  ],
  [
    'a run that is begun again',
    [
      [100, START],
      [200, TEXT],
      [500, START],
      [600, TEXT],
    ],
    [100, 100, 800],
  ],
  ['no output', [[100, START]], [100, 900, 0]],
  ['no run', [], [0, 1000, 0]],
])('the second of an answer is parted by its events: %s', (_what, events, [load, prompt, output]) => {
  const clock = { ms: 0 };
  const measure = createMeasure(() => clock.ms);
  for (const [atMs, event] of events) {
    clock.ms = atMs;
    measure.note(event);
  }
  clock.ms = 1000;
  expect(measure.toFields({ type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 })).toEqual({
    total_duration: 1_000_000_000,
    load_duration: (load ?? 0) * 1_000_000,
    prompt_eval_duration: (prompt ?? 0) * 1_000_000,
    eval_duration: (output ?? 0) * 1_000_000,
  });
});

test('what was read from a cache counts as prompt', () => {
  const usage = { inputTokens: 10, outputTokens: 20, cacheReadTokens: 100, cacheWriteTokens: 5, reasoningTokens: 8 };
  const fields = createMeasure(() => 0).toFields({ type: 'run-end', finishReason: 'stop', usage, durationMs: 1 });
  expect(fields).toMatchObject({ prompt_eval_count: 115, eval_count: 20 });
});
