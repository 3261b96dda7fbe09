import { expect } from 'vitest';
import type { EndpointProbes, Probe, Send } from './probe.ts';
import { onModel, oneRun, PIXEL, SAYS_JSON, says, TOLD_OF_JSON, withParameter } from './script.ts';

const TOOL = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } };
const CUT = { body: { done_reason: 'length', eval_count: 1 } };
const listRunning = async (send: Send) => (await send('GET', '/api/ps')).body;

const HONOURED_BY_BOTH: Readonly<Record<string, Probe>> = {
  model: { value: 'gpt:latest', sees: { ...onModel('gpt-5.5'), body: { model: 'gpt:latest' } } },
  stream: { value: true, sees: { contentType: expect.stringContaining('application/x-ndjson') } },
  format: { value: 'json', steps: SAYS_JSON, sees: TOLD_OF_JSON },
  think: { value: 'high', sees: withParameter('reasoning', 'high') },
  keep_alive: { value: 0, look: listRunning, sees: { later: { models: [] } } },
  options: { at: 'options.num_predict', value: 1, sees: CUT },
  'options.num_predict': { value: 1, sees: CUT },
};

const VALUES: Readonly<Record<string, unknown>> = {
  logprobs: true,
  top_logprobs: 2,
  template: '{{ .Prompt }}',
  raw: true,
  context: [1, 2],
  width: 512,
  height: 512,
  steps: 20,
  ...Object.fromEntries(
    'min_p typical_p tfs_z repeat_last_n repeat_penalty mirostat mirostat_tau mirostat_eta num_ctx num_keep num_batch num_gpu main_gpu num_thread'
      .split(' ')
      .map((name) => [`options.${name}`, 1]),
  ),
  ...Object.fromEntries(
    'penalize_newline numa low_vram f16_kv logits_all vocab_only use_mmap use_mlock embedding_only'
      .split(' ')
      .map((name) => [`options.${name}`, true]),
  ),
};

const HELLO = { role: 'user', content: 'Hello' };

const chat: EndpointProbes = {
  base: { model: 'composer-2.5', stream: false, messages: [HELLO] },
  honoured: {
    ...HONOURED_BY_BOTH,
    messages: {
      value: [{ role: 'user', content: 'Look', images: [PIXEL] }],
      sees: oneRun({ messages: [{ role: 'user', content: [{ text: 'Look' }, { type: 'image' }] }] }),
    },
    tools: { value: [TOOL], sees: oneRun({ tools: [{ name: 'get_weather' }] }) },
    'options.stop': { value: [' there'], sees: { body: { message: { content: 'Hello' }, done_reason: 'stop' } } },
  },
  values: { ...VALUES, 'messages.thinking': [{ ...HELLO, thinking: 'Hm.' }] },
  taken: { logprobs: false },
};

const generate: EndpointProbes = {
  base: { model: 'composer-2.5', stream: false, prompt: 'Hello' },
  honoured: {
    ...HONOURED_BY_BOTH,
    prompt: { value: 'Look', sees: oneRun({ messages: [says('Look')] }) },
    suffix: {
      value: '!',
      sees: oneRun({ messages: [says('<text_before>Hello</text_before>\n<text_after>!</text_after>')] }),
    },
    system: { value: 'Be kind.', sees: oneRun({ systemPrompt: 'Be kind.' }) },
    images: {
      value: [PIXEL],
      sees: oneRun({ messages: [{ role: 'user', content: [{ text: 'Hello' }, { type: 'image' }] }] }),
    },
    'options.stop': { value: [' there'], sees: { body: { response: 'Hello', done_reason: 'stop' } } },
  },
  values: VALUES,
  taken: { logprobs: false },
};

const SHOWS_GPT = { body: { modelfile: expect.stringContaining('FROM gpt-5.5') } };

const show: EndpointProbes = {
  base: { model: 'composer-2.5' },
  honoured: {
    model: { value: 'gpt', sees: SHOWS_GPT },
    name: { value: 'gpt', beside: { model: undefined, name: 'composer-2.5' }, sees: SHOWS_GPT },
  },
  values: { system: 'Be kind.', template: '{{ .Prompt }}', options: { num_ctx: 1 }, verbose: true },
};

/** By the endpoint's id in the data file. */
export const ollamaProbes: Readonly<Record<string, EndpointProbes>> = {
  'ollama-chat': chat,
  'ollama-generate': generate,
  'ollama-show': show,
};
