import { describe, expect, test } from 'vitest';
import type { Completion, CompletionCreateParamsNonStreaming } from 'openai/resources/completions';
import { useContract } from '../support/contract-client.ts';
import type { Steps } from '../support/simulator-control.ts';

const contract = useContract();

const play = (steps: Steps): Promise<void> => contract().portside.simulator.setScenario(steps);

type Fields = Omit<CompletionCreateParamsNonStreaming, 'model' | 'stream'>;

/** Asks in one of the two forms and gives the same of both. */
const complete = async (
  fields: Fields,
  isStream: boolean,
): Promise<Pick<Completion, 'choices' | 'usage' | 'model'>> => {
  const { completions } = contract().openai;
  const request = { model: 'composer-2.5', ...fields };
  if (!isStream) return await completions.create(request);
  const choices = new Map<number, Completion['choices'][number]>();
  let last: Completion | null = null;
  for await (const chunk of await completions.create({
    ...request,
    stream: true,
    stream_options: { include_usage: true },
  })) {
    for (const choice of chunk.choices) {
      const known = choices.get(choice.index);
      choices.set(choice.index, { ...choice, text: (known?.text ?? '') + choice.text });
    }
    last = chunk;
  }
  if (last === null) throw new Error('The stream was empty.');
  const inOrder = [...choices.values()].toSorted((a, b) => a.index - b.index);
  return { model: last.model, choices: inOrder, ...(last.usage && { usage: last.usage }) };
};

describe.each([false, true])('completions (stream: %s)', (isStream) => {
  test('a text is gone on with', async () => {
    await play([{ text: ' upon a time' }, { usage: { input: 12, output: 7 } }]);
    expect(await complete({ prompt: 'Once' }, isStream)).toMatchObject({
      model: 'composer-2.5',
      choices: [{ index: 0, text: ' upon a time', finish_reason: 'stop', logprobs: null }],
      usage: { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 },
    });
    expect(await contract().portside.simulator.onlyRun()).toMatchObject({ prompt: 'Once' });
  });

  test('every prompt has as many answers as were asked for, echoed or not', async () => {
    await play([{ text: '<{{prompt}}>' }]);
    const { choices } = await complete({ prompt: ['a', 'b'], n: 2, echo: true }, isStream);
    expect(choices.map(({ index, text, finish_reason: reason }) => [index, text, reason])).toEqual([
      [0, 'a<a>', 'stop'],
      [1, 'a<a>', 'stop'],
      [2, 'b<b>', 'stop'],
      [3, 'b<b>', 'stop'],
    ]);
    expect(await contract().portside.simulator.runs()).toHaveLength(4);
  });

  test('a gap before a suffix is filled', async () => {
    await play([{ text: 'b' }]);
    expect((await complete({ prompt: 'a', suffix: 'c' }, isStream)).choices).toMatchObject([{ text: 'b' }]);
    const { prompt } = await contract().portside.simulator.onlyRun();
    expect(prompt).toBe('<text_before>a</text_before>\n<text_after>c</text_after>');
  });

  test.each<{ what: string; fields: Partial<Fields>; choice: object }>([
    { what: 'a stop sequence', fields: { stop: ['two', 'six'] }, choice: { text: 'One, ', finish_reason: 'stop' } },
    {
      what: 'one of many stop sequences',
      fields: { stop: [...Array.from({ length: 99 }, (_, index) => `<${index}>`), 'two'] },
      choice: { text: 'One, ', finish_reason: 'stop' },
    },
    { what: 'max_tokens', fields: { max_tokens: 2 }, choice: { text: 'One,', finish_reason: 'length' } },
    { what: 'the sixteen tokens of OpenAI’s default', fields: {}, choice: { finish_reason: 'length' } },
  ])('an answer is cut at $what', async ({ fields, choice }) => {
    await play([{ text: `One, two, three, ${'four, '.repeat(20)}` }]);
    expect((await complete({ prompt: 'Count', ...fields }, isStream)).choices).toMatchObject([choice]);
  });

  test('no tokens at all give what is echoed, and run nothing', async () => {
    await play([{ text: 'never' }]);
    expect((await complete({ prompt: 'Once', max_tokens: 0, echo: true }, isStream)).choices).toMatchObject([
      { text: 'Once', finish_reason: 'length' },
    ]);
    expect(await contract().portside.simulator.runs()).toEqual([]);
  });

  test('reasoning is not part of the text', async () => {
    await play([{ thinking: 'Hm.' }, { text: 'Yes.' }]);
    expect((await complete({ prompt: 'Well?' }, isStream)).choices).toMatchObject([{ text: 'Yes.' }]);
  });

  test('a failure is an error', async () => {
    await play([{ text: 'Half' }, { fail: { code: 'internal', message: 'died' } }]);
    await expect(complete({ prompt: 'Go' }, isStream)).rejects.toThrow(/died/);
  });

  test.each<{ what: string; fields: Fields; status: number; param: string }>([
    { what: 'token ids', fields: { prompt: [1, 2] }, status: 400, param: 'prompt[0]' },
    { what: 'probabilities', fields: { prompt: 'a', logprobs: 1 }, status: 400, param: 'logprobs' },
    { what: 'the best of several', fields: { prompt: 'a', best_of: 3 }, status: 400, param: 'best_of' },
    { what: 'no text', fields: { prompt: '' }, status: 400, param: 'prompt' },
    { what: 'too many answers', fields: { prompt: ['a', 'b', 'c'], n: 8 }, status: 400, param: 'prompt' },
  ])('$what is refused by name', async ({ fields, status, param }) => {
    await expect(complete(fields, isStream)).rejects.toMatchObject({ status, param });
  });
});
