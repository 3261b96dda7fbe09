import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { OllamaAnswerKind } from '../../src/protocols/ollama/answer-options.ts';
import { createOllamaStreamEncoder } from '../../src/protocols/ollama/encode.ts';
import { toOllamaError } from '../../src/protocols/ollama/error.ts';
import { createOllamaResult } from '../../src/protocols/ollama/result.ts';
import { runs } from '../fixtures/runs.ts';
import { foldOllamaLines } from '../support/fold-ollama-lines.ts';

interface Asked {
  readonly kind: OllamaAnswerKind;
  readonly showsThinking?: boolean;
}

/** Each event comes 10.5 ms after the one before, all of them within the second that the date tells. */
const createOptions = ({ kind, showsThinking = true }: Asked) => {
  const clock = { elapsedMs: 0 };
  return {
    clock,
    options: {
      kind,
      model: 'composer-2.5:latest',
      showsThinking,
      now: () => 1_700_000_000_000,
      elapsedMs: () => clock.elapsedMs,
    },
  };
};

const encode = (name: string, asked: Asked): string => {
  const { clock, options } = createOptions(asked);
  const encoder = createOllamaStreamEncoder(options);
  return (runs[name] ?? [])
    .map((event) => {
      clock.elapsedMs += 10.5;
      return encoder.push(event);
    })
    .join('');
};

const fold = (name: string, asked: Asked): object => {
  const { clock, options } = createOptions(asked);
  const result = createOllamaResult(options);
  for (const event of runs[name] ?? []) {
    clock.elapsedMs += 10.5;
    result.push(event);
  }
  try {
    return result.toResult();
  } catch (error) {
    return toOllamaError(GatewayError.from(error));
  }
};

/** A request to generate has no tools, so its runs make no calls. */
const cases = (['chat', 'generate'] as const).flatMap((kind) =>
  Object.keys(runs)
    .filter((name) => kind === 'chat' || !JSON.stringify(runs[name]).includes('tool-call'))
    .map((name) => ({ name, kind })),
);

describe.each(cases)('$kind: $name', ({ name, kind }) => {
  const file = `golden/ollama/${kind}-${name.replaceAll(' ', '-')}`;

  test('as a stream', async () => {
    await expect(encode(name, { kind })).toMatchFileSnapshot(`${file}.ndjson`);
  });

  test('as JSON', async () => {
    await expect(`${JSON.stringify(fold(name, { kind }), null, 2)}\n`).toMatchFileSnapshot(`${file}.json`);
  });

  test('folding the stream gives the JSON answer', () => {
    expect(foldOllamaLines(encode(name, { kind }))).toEqual(fold(name, { kind }));
  });

  test('the last line alone is done, or an error', () => {
    const lines = encode(name, { kind })
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.done ?? 'error')).toEqual([
      ...lines.slice(1).map(() => false),
      name.startsWith('error') ? 'error' : true,
    ]);
  });
});

test.each<Asked>([
  { kind: 'chat', showsThinking: false },
  { kind: 'generate', showsThinking: false },
])('reasoning stays away from a client that does not want it ($kind)', (asked) => {
  expect(encode('reasoning then text', asked)).not.toContain('thinking');
  expect(fold('reasoning then text', asked)).toEqual(foldOllamaLines(encode('reasoning then text', asked)));
});

test('the durations are those between the events, and add up', () => {
  expect(fold('text', { kind: 'chat' })).toMatchObject({
    total_duration: 73_500_000,
    load_duration: 10_500_000,
    prompt_eval_duration: 21_000_000,
    eval_duration: 42_000_000,
    prompt_eval_count: 12,
    eval_count: 7,
  });
});

test('a heartbeat is a piece without text', () => {
  const encoder = createOllamaStreamEncoder(createOptions({ kind: 'chat' }).options);
  expect(JSON.parse(encoder.heartbeat())).toMatchObject({ message: { role: 'assistant', content: '' }, done: false });
});
