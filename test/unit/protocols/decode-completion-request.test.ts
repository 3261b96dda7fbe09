import { expect, test } from 'vitest';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import { decodeCompletionRequest } from '../../../src/protocols/openai-completions/decode.ts';

test.each<[string, object, object]>([
  [
    'a prompt alone',
    { prompt: 'Hi' },
    {
      model: null,
      reasoningEffort: null,
      cursorParams: null,
      choicesPerPrompt: 1,
      echoes: [''],
      limits: { stop: [], maxTokens: 16, countsReasoning: false },
      isStream: false,
      includeUsage: false,
      ignored: [],
    },
  ],
  [
    'everything that is read',
    {
      model: 'opus',
      prompt: ['a', 'b'],
      n: 2,
      best_of: 2,
      echo: true,
      stop: ['x', ''],
      max_tokens: 256,
      stream: true,
      stream_options: { include_usage: true },
      reasoning_effort: 'high',
      cursor_params: { fast: true },
      logprobs: null,
    },
    {
      model: 'opus',
      reasoningEffort: 'high',
      cursorParams: { fast: 'true' },
      choicesPerPrompt: 2,
      echoes: ['a', 'a', 'b', 'b'],
      limits: { stop: ['x'], maxTokens: 256, countsReasoning: false },
      isStream: true,
      includeUsage: true,
      ignored: [],
    },
  ],
  ['nulls', { prompt: 'Hi', suffix: null, n: null, max_tokens: null, stop: null }, { limits: { maxTokens: 16 } }],
  [
    'what has no effect',
    { prompt: 'Hi', temperature: 0, top_p: 1, frequency_penalty: 0, presence_penalty: null, user: 'u', seed: 1 },
    { ignored: ['temperature', 'top_p', 'frequency_penalty', 'user', 'seed'] },
  ],
  ['no limit', { prompt: 'Hi', max_tokens: -1 }, { limits: { maxTokens: null }, generates: true }],
  ['no tokens', { prompt: 'Hi', max_tokens: 0, echo: true }, { generates: false, echoes: ['Hi'] }],
  [
    'the stop sequences of a tool that fills gaps',
    { prompt: 'Hi', stop: Array.from({ length: 100 }, (_, index) => `<${index}>`) },
    { limits: { stop: expect.arrayContaining(['<0>', '<99>']) } },
  ],
  ['a gap at the beginning', { prompt: '', suffix: 'end' }, { echoes: [''] }],
])('%s is read', (_name, body, decoded) => {
  expect(decodeCompletionRequest(body)).toMatchObject(decoded);
});

test.each<[string, unknown, string, string | null, RegExp]>([
  ['no object', [], 'validation_failed', null, /JSON object/],
  ['no prompt', {}, 'validation_failed', 'prompt', /string or an array of strings/],
  ['an empty prompt', { prompt: '' }, 'invalid_request', 'prompt', /empty/],
  ['no prompts', { prompt: [] }, 'invalid_request', 'prompt', /empty/],
  ['an empty prompt of several', { prompt: ['a', ''] }, 'invalid_request', 'prompt[1]', /empty/],
  ['token ids', { prompt: [1, 2] }, 'unsupported_value', 'prompt[0]', /token ids/],
  ['prompts of token ids', { prompt: [[1, 2]] }, 'unsupported_value', 'prompt[0]', /token ids/],
  ['logprobs', { prompt: 'a', logprobs: 0 }, 'unsupported_parameter', 'logprobs', /probabilities/],
  ['best_of', { prompt: 'a', best_of: 3 }, 'unsupported_parameter', 'best_of', /probabilities/],
  ['best_of above n', { prompt: 'a', n: 2, best_of: 3 }, 'unsupported_parameter', 'best_of', /with n/],
  ['too many answers', { prompt: 'a', n: 9 }, 'unsupported_value', 'n', /At most 8/],
  ['too many answers in all', { prompt: ['a', 'b', 'c'], n: 7 }, 'unsupported_value', 'prompt', /At most 20/],
  [
    'fewer than no tokens',
    { prompt: 'a', max_tokens: -2 },
    'validation_failed',
    'max_tokens',
    /: expected a number of at least 0, or -1/,
  ],
  [
    'a part of a token',
    { prompt: 'a', max_tokens: 1.5 },
    'validation_failed',
    'max_tokens',
    /: expected a whole number/,
  ],
  ['no answers', { prompt: 'a', n: 0 }, 'validation_failed', 'n', /: expected a number of at least 1/],
  ['answers that are no number', { prompt: 'a', n: 'two' }, 'validation_failed', 'n', /: expected a whole number/],
  [
    'the best of less than none',
    { prompt: 'a', best_of: -1 },
    'validation_failed',
    'best_of',
    /: expected a number of at least 0/,
  ],
  [
    'too many stop sequences',
    { prompt: 'a', stop: Array.from({ length: 101 }, (_, index) => `<${index}>`) },
    'validation_failed',
    'stop',
    /at most 100/,
  ],
  ['a long stop sequence', { prompt: 'a', stop: ['x'.repeat(1001)] }, 'validation_failed', 'stop[0]', /at most 1000/],
])('%s is refused by name', (_name, body, code, param, message) => {
  const decode = () => decodeCompletionRequest(body);
  expect(decode).toThrow(GatewayError);
  expect(decode).toThrow(message);
  expect(decode).toThrow(expect.objectContaining({ code, param }));
});
