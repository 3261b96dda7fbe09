import type { InteractionUpdate } from '@cursor/sdk';
import { describe, expect, it } from 'vitest';
import { createAnswerWriter } from '../../../src/backends/cursor-sdk/process/answer-writer.ts';

const text = (value: string): InteractionUpdate => ({ type: 'text-delta', text: value });
const thinking = (value: string): InteractionUpdate => ({ type: 'thinking-delta', text: value });

describe('createAnswerWriter', () => {
  const rows: readonly { name: string; updates: readonly InteractionUpdate[]; events: readonly string[] }[] = [
    {
      name: 'text is one block',
      updates: [text('a'), text('b')],
      events: ['text-start text-1', 'text-delta text-1 a', 'text-delta text-1 b', 'text-end text-1'],
    },
    {
      name: 'thinking ends where text begins',
      updates: [thinking('h'), text('a')],
      events: [
        'reasoning-start reasoning-1',
        'reasoning-delta reasoning-1 h',
        'reasoning-end reasoning-1',
        'text-start text-2',
        'text-delta text-2 a',
        'text-end text-2',
      ],
    },
    {
      name: 'a step ends its block',
      updates: [text('a'), { type: 'step-completed', stepId: 1, stepDurationMs: 1 }, text('b')],
      events: [
        'text-start text-1',
        'text-delta text-1 a',
        'text-end text-1',
        'text-start text-2',
        'text-delta text-2 b',
        'text-end text-2',
      ],
    },
    { name: 'empty text opens nothing', updates: [text(''), thinking('')], events: [] },
    { name: 'other updates are no events', updates: [{ type: 'token-delta', tokens: 3 }], events: [] },
  ];
  it.each(rows)('$name', ({ updates, events }) => {
    const writer = createAnswerWriter();
    const written = [...updates.flatMap((update) => writer.push(update)), ...writer.close()];
    expect(written.map((event) => Object.values(event).join(' '))).toEqual(events);
  });
});
