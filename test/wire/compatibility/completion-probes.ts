import { expect } from 'vitest';
import type { EndpointProbes, Probe } from './probe.ts';
import { CURSOR_PARAMS, EVENT_STREAM, onModel, oneRun, says, withParameter } from './script.ts';

const toChoice = (choice: object) => ({ body: { choices: [choice] } });
const INCLUDE_USAGE: Probe = {
  at: 'stream_options.include_usage',
  value: true,
  beside: { stream: true },
  sees: { body: expect.stringContaining('"prompt_tokens"') },
};

const completions: EndpointProbes = {
  base: { prompt: 'Say hello' },
  honoured: {
    model: { value: 'gpt', sees: onModel('gpt-5.5') },
    prompt: { value: ['One', 'Two'], sees: { runs: [{ messages: [says('One')] }, { messages: [says('Two')] }] } },
    suffix: {
      value: '!',
      sees: oneRun({ messages: [says('<text_before>Say hello</text_before>\n<text_after>!</text_after>')] }),
    },
    echo: { value: true, sees: toChoice({ text: 'Say helloHello there!' }) },
    n: { value: 2, sees: { runs: [{}, {}], body: { choices: [{ index: 0 }, { index: 1 }] } } },
    stop: { value: ' there', sees: toChoice({ finish_reason: 'stop', text: 'Hello' }) },
    max_tokens: { value: 1, sees: toChoice({ finish_reason: 'length', text: 'Hello' }) },
    stream: { value: true, sees: EVENT_STREAM },
    stream_options: INCLUDE_USAGE,
    'stream_options.include_usage': INCLUDE_USAGE,
    reasoning_effort: { value: 'high', sees: withParameter('reasoning', 'high') },
    cursor_params: CURSOR_PARAMS,
  },
  values: { logprobs: 0, best_of: 2 },
  taken: { best_of: 1 },
};

/** By the endpoint's id in the data file. */
export const completionProbes: Readonly<Record<string, EndpointProbes>> = { completions };
