import ranks from 'gpt-tokenizer/bpeRanks/o200k_base';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import type { OutputLimits } from '../../../../src/core/answer-request.ts';
import type { RunEvent } from '../../../../src/core/run-event.ts';
import { createOutputLimiter } from '../../../../src/engine/output/output-limiter.ts';
import { createStopFilter } from '../../../../src/engine/output/stop-filter.ts';
import { countWork } from '../../../support/count-work.ts';
import { createSeededRandom } from '../../../support/seeded-random.ts';
import { createRandomText, cutAtRandom } from './random-text.ts';

const NONE: OutputLimits = { stop: [], maxTokens: null, countsReasoning: false };
const START: RunEvent = { type: 'run-start', runId: 'run', agentId: 'agent' };
const END: RunEvent = { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 };
const call = (text: string): RunEvent => ({ type: 'tool-call', id: 'call', name: 'f', arguments: text });

const block = (kind: 'text' | 'reasoning', id: string, parts: readonly string[]): RunEvent[] => [
  { type: `${kind}-start`, id },
  ...parts.map((text): RunEvent => ({ type: `${kind}-delta`, id, text })),
  { type: `${kind}-end`, id },
];
const text = (id: string, ...parts: string[]): RunEvent[] => block('text', id, parts);
const reasoning = (id: string, ...parts: string[]): RunEvent[] => block('reasoning', id, parts);

const limit = async (limits: Partial<OutputLimits>, events: readonly RunEvent[]) => {
  const limiter = createOutputLimiter({ ...NONE, ...limits });
  const out: RunEvent[] = [];
  for (const event of events) {
    const limited = await limiter.push(event);
    out.push(...limited.events);
    if (limited.cut !== null) return { out, cut: limited.cut };
  }
  return { out, cut: null };
};
const joined = (events: readonly RunEvent[], kind: 'text' | 'reasoning' = 'text'): string =>
  events.map((event) => ('text' in event && event.type === `${kind}-delta` ? event.text : '')).join('');

/** `a[x|y]` is a text block `a` of two deltas, `(…)` reasoning; `!` stands for a call, `.` for the end of a run. */
const draw = (events: readonly RunEvent[]): string => {
  let drawn = '';
  for (const event of events) {
    if (event.type === 'text-start') drawn += `${event.id}[`;
    else if (event.type === 'reasoning-start') drawn += `${event.id}(`;
    else if (event.type === 'text-delta' || event.type === 'reasoning-delta')
      drawn += `${/[[(]$/.test(drawn) ? '' : '|'}${event.text}`;
    else if (event.type === 'text-end') drawn += ']';
    else if (event.type === 'reasoning-end') drawn += ')';
    else if (event.type === 'tool-call') drawn += `!${event.arguments}`;
    else if (event.type === 'run-end') drawn += '.';
    else if (event.type === 'run-error') drawn += '#';
  }
  return drawn;
};

describe('stop sequences', () => {
  test.each<[what: string, stop: string[], events: RunEvent[], drawn: string, cut: 'stop' | null]>([
    ['none', [], [...text('a', 'x', 'y'), END], 'a[x|y].', null],
    ['within a delta', ['END'], text('a', 'oneENDtwo'), 'a[one]', 'stop'],
    ['across deltas', ['END'], text('a', 'oneE', 'N', 'Dtwo'), 'a[one]', 'stop'],
    ['at the very beginning', ['END'], text('a', 'E', 'ND'), '', 'stop'],
    ['a beginning that comes to nothing', ['END'], text('a', 'oneEN', 'd'), 'a[one|EN|d]', null],
    ['a beginning that begins anew', ['aab'], text('a', 'a', 'a', 'a', 'b', 'c'), 'a[a]', 'stop'],
    ['a beginning at the end of the run', ['END'], [...text('a', 'oneEN'), END], 'a[one|EN].', null],
    [
      'a beginning before an error',
      ['END'],
      [...text('a', 'E'), { type: 'run-error', error: { code: 'timeout', message: '' } }],
      'a[E]#',
      null,
    ],
    [
      'a beginning before a call',
      ['END'],
      [...text('a', 'oneEN'), call('{}'), ...text('b', 'D'), END],
      'a[one|EN]!{}b[D].',
      null,
    ],
    ['across blocks', ['END'], [...text('a', 'oneEN'), ...text('b', 'Dtwo')], 'a[one]', 'stop'],
    [
      'across blocks with reasoning between',
      ['END'],
      [...text('a', 'oneEN'), ...reasoning('r', 'hm'), ...text('b', 'D')],
      'a[one]',
      'stop',
    ],
    [
      'not across blocks after all',
      ['END'],
      [...text('a', 'oneEN'), ...reasoning('r', 'hm'), ...text('b', 'd')],
      'a[one|EN]r(hm)b[d]',
      null,
    ],
    [
      'a block that is only the beginning',
      ['END'],
      [...text('a', 'one'), ...text('b', 'EN'), ...text('c', 'D')],
      'a[one]',
      'stop',
    ],
    [
      'the end of a beginning is one itself',
      ['END'],
      [...text('a', 'E'), ...text('b', 'EN'), ...text('c', 'D')],
      'a[E]',
      'stop',
    ],
    ['not in reasoning', ['END'], [...reasoning('r', 'END'), ...text('a', 'x'), END], 'r(END)a[x].', null],
    ['not across runs', ['END'], [...text('a', 'EN'), END, START, ...text('b', 'D'), END], 'a[EN].b[D].', null],
    ['in a later run', ['END'], [...text('a', 'x'), END, START, ...text('b', 'yEND')], 'a[x].b[y]', 'stop'],
    ['the first of several', ['STOP', 'END'], text('a', 'one END two STOP'), 'a[one ]', 'stop'],
    ['one within another: the one that is complete first', ['abcd', 'bc'], text('a', 'xabcd'), 'a[xa]', 'stop'],
    ['one with the same end as another', ['ab', 'xab'], text('a', 'yxab'), 'a[y]', 'stop'],
    ['a line end', ['\n\n'], text('a', 'one\n', '\ntwo'), 'a[one]', 'stop'],
    ['a character of two units', ['😀'], text('a', 'x\uD83D', '\uDE00y'), 'a[x]', 'stop'],
  ])('%s', async (_what, stop, events, drawn, cut) => {
    const limited = await limit({ stop }, [START, ...events]);
    expect(draw(limited.out)).toBe(drawn);
    expect(limited.cut).toBe(cut);
  });

  test('how the text comes in pieces does not matter', async () => {
    const random = createSeededRandom(7);
    for (let round = 0; round < 400; round += 1) {
      const letters = Array.from({ length: 1 + random.below(30) }, () => random.pick(['a', 'b', 'c'])).join('');
      const stop = Array.from({ length: 1 + random.below(4) }, () =>
        Array.from({ length: 1 + random.below(4) }, () => random.pick(['a', 'b', 'c'])).join(''),
      );
      const ends = stop.flatMap((sequence) => {
        const start = letters.indexOf(sequence);
        return start < 0 ? [] : [{ start, end: start + sequence.length }];
      });
      const [first] = ends.toSorted((a, b) => a.end - b.end || a.start - b.start);
      const events = cutAtRandom(random, letters, 5).flatMap((part, index) =>
        text(`${index}`, ...cutAtRandom(random, part, 3)),
      );
      const { out, cut } = await limit({ stop }, [START, ...events, END]);
      expect(joined(out), `${letters} ${stop.join()}`).toBe(letters.slice(0, first?.start));
      expect(cut).toBe(first === undefined ? null : 'stop');
    }
  });

  test.each<[what: string, stop: string[], deltas: (length: number) => string[]]>([
    [
      'that is held to its end',
      ['a'.repeat(1000)],
      (length) => Array.from(`${'a'.repeat(999)}x`.repeat(length / 1000)),
    ],
    [
      'that begins anew again and again',
      ['b', 'c', 'd', 'e'].map((end) => `${'a'.repeat(999)}${end}`),
      (length) => Array.from('a'.repeat(length)),
    ],
    [
      'that fails late',
      ['b', 'c', 'd', 'e'].map((end) => `${'a'.repeat(500)}${end.repeat(500)}`),
      (length) => Array.from(`${'a'.repeat(500)}x`.repeat(length / 501)),
    ],
  ])('a long sequence %s takes work in proportion to the text', (_what, stop, deltas) => {
    const [once = 0, twice = 0] = [10_000, 20_000].map((length) => {
      const events = deltas(length).map((each): RunEvent => ({ type: 'text-delta', id: 'a', text: each }));
      return countWork(() => {
        const filter = createStopFilter(stop);
        for (const event of [...events, END]) filter.push(event);
      });
    });
    expect(once).toBeLessThan(10_000 * 20);
    expect(twice).toBeLessThan(once * 2.1 + 1_000);
  });

  test('any number of sequences can be looked for', async () => {
    const stop = Array.from({ length: 150_000 }, (_, index) => `<${index}>`);
    const limited = await limit({ stop }, text('a', 'x<1', '49999', '>y'));
    expect([draw(limited.out), limited.cut]).toEqual(['a[x]', 'stop']);
  });
});

/** The text of tokens that begin `whole`, less a character that is cut. */
const toWholeCharacters = (tokens: readonly number[], whole: string): string => {
  const bytes = Buffer.concat(tokens.map((token) => Buffer.from(ranks[token] ?? '')));
  const decoded = bytes.toString();
  return whole.startsWith(decoded) ? decoded : decoded.replace(/\uFFFD+$/, '');
};

describe('the token limit', () => {
  test.each<
    [what: string, limits: Partial<OutputLimits>, events: RunEvent[], drawn: string, cut: 'stop' | 'length' | null]
  >([
    ['as many as allowed', { maxTokens: 3 }, [...text('a', 'one two three'), END], 'a[one two three].', null],
    ['one more', { maxTokens: 3 }, text('a', 'one two three four'), 'a[one two three]', 'length'],
    ['word by word', { maxTokens: 3 }, text('a', 'one', ' two', ' three', ' four'), 'a[one two three]', 'length'],
    ['within a word', { maxTokens: 1 }, text('a', 'unbelievableness'), 'a[un]', 'length'],
    ['none at all', { maxTokens: 0 }, text('a', 'x'), '', 'length'],
    ['an incomplete character is left out', { maxTokens: 1 }, text('a', '🦩'), '', 'length'],
    ['what looks like a special token is text', { maxTokens: 1 }, text('a', '<|endoftext|>'), 'a[<]', 'length'],
    [
      'over several blocks and runs',
      { maxTokens: 3 },
      [...text('a', 'one'), END, START, ...text('b', ' two three four')],
      'a[one].b[ two three]',
      'length',
    ],
    [
      'reasoning does not count',
      { maxTokens: 1 },
      [...reasoning('r', 'one two three'), ...text('a', 'x'), END],
      'r(one two three)a[x].',
      null,
    ],
    [
      'reasoning counts',
      { maxTokens: 2, countsReasoning: true },
      [...reasoning('r', 'one two three')],
      'r(one two)',
      'length',
    ],
    [
      'text behind reasoning that counts',
      { maxTokens: 2, countsReasoning: true },
      [...reasoning('r', 'one two'), ...text('a', 'x')],
      'r(one two)',
      'length',
    ],
    [
      'a call that fits',
      { maxTokens: 6 },
      [...text('a', 'one'), call('{"a":1}'), { ...END, finishReason: 'tool_calls' }],
      'a[one]!{"a":1}.',
      null,
    ],
    ['a call that does not', { maxTokens: 5 }, [...text('a', 'one two'), call('{"a":1}')], 'a[one two]', 'length'],
    [
      'calls count together',
      { maxTokens: 9 },
      [call('{"a":1}'), call('{"a":2}'), call('{"a":3}')],
      '!{"a":1}',
      'length',
    ],
    ['a stop sequence before it', { maxTokens: 3, stop: ['END'] }, text('a', 'one two END'), 'a[one two ]', 'stop'],
    [
      'a stop sequence behind it',
      { maxTokens: 2, stop: ['END'] },
      text('a', 'one two three END'),
      'a[one two]',
      'length',
    ],
  ])('%s', async (_what, limits, events, drawn, cut) => {
    const limited = await limit(limits, [START, ...events]);
    // Where the deltas are cut says how much was sent before it was counted, which is not the point here.
    expect(draw(limited.out).replaceAll('|', '')).toBe(drawn);
    expect(limited.cut).toBe(cut);
  });

  test.each([1, 2, 3])('how the text comes in pieces does not matter (seed %i)', async (seed) => {
    const random = createSeededRandom(seed);
    for (let round = 0; round < 150; round += 1) {
      const whole = createRandomText(random, 1 + random.below(80)).toWellFormed();
      const tokens = encode(whole, { disallowedSpecial: new Set() });
      const maxTokens = random.below(tokens.length + 3);
      const { out, cut } = await limit({ maxTokens }, [START, ...text('a', ...cutAtRandom(random, whole, 12)), END]);
      expect(joined(out), JSON.stringify({ whole, maxTokens })).toBe(
        toWholeCharacters(tokens.slice(0, maxTokens), whole),
      );
      expect(cut).toBe(tokens.length > maxTokens ? 'length' : null);
    }
  });

  test('an answer far below its limit comes as it is, delta by delta', async () => {
    const { out } = await limit({ maxTokens: 4096, stop: ['\n\n\n'] }, [
      START,
      ...text('a', 'x', 'y '),
      ...text('b', 'z'),
      END,
    ]);
    expect(draw(out)).toBe('a[x|y ]b[z].');
  });

  test('a long answer of one letter is cut in no time', async () => {
    const deltas = Array.from({ length: 20_000 }, () => '哈');
    const from = performance.now();
    const { out, cut } = await limit({ maxTokens: 4_000 }, [START, ...text('a', ...deltas), END]);
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(cut).toBe('length');
    expect(joined(out).length).toBeGreaterThan(4_000);
  });
});

test('empty deltas and empty blocks are left out', async () => {
  const { out } = await limit({}, [
    START,
    ...text('a'),
    ...text('b', '', ''),
    ...reasoning('r', ''),
    ...text('c', '', 'x', ''),
    END,
  ]);
  expect(draw(out)).toBe('c[x].');
});

test('nothing comes after a cut', async () => {
  const limiter = createOutputLimiter({ ...NONE, stop: ['x'] });
  await limiter.push({ type: 'text-start', id: 'a' });
  expect(await limiter.push({ type: 'text-delta', id: 'a', text: 'yxz' })).toMatchObject({ cut: 'stop' });
  expect(await limiter.push({ type: 'text-delta', id: 'a', text: 'more' })).toEqual({ events: [], cut: null });
});

test.each<[stop: string[], deltas: string[], stopSequence: string]>([
  [['END', 'STOP'], ['One ST', 'OP two END'], 'STOP'],
  [['b', 'abab', 'ab'], ['xa', 'b'], 'ab'],
])('of %j it says which was met', async (stop, deltas, stopSequence) => {
  const limiter = createOutputLimiter({ stop, maxTokens: null, countsReasoning: false });
  await limiter.push({ type: 'text-start', id: 'a' });
  const limited = [];
  for (const delta of deltas) limited.push(await limiter.push({ type: 'text-delta', id: 'a', text: delta }));
  expect(limited.at(-1)).toMatchObject({ cut: 'stop', stopSequence });
});
