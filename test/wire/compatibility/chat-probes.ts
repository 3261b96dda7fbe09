import { expect } from 'vitest';
import type { EndpointProbes, Made, Probe, Send } from './probe.ts';
import {
  CALLS_TWO_TOOLS,
  CURSOR_PARAMS,
  EVENT_STREAM,
  onModel,
  oneRun,
  PIXEL,
  SAYS_JSON,
  says,
  TOLD_OF_JSON,
  withParameter,
} from './script.ts';

const toFunction = (name: string) => ({ name, parameters: { type: 'object', properties: {} } });
const toTool = (name: string) => ({ type: 'function', function: toFunction(name) });
const TOOLS = [toTool('get_weather'), toTool('get-time_2')];
const FUNCTIONS = [toFunction('get_weather')];
const hello = { messages: [{ role: 'user', content: 'Hello' }] };

const toChoice = (choice: object) => ({ body: { choices: [choice] } });
const list = async (send: Send) => (await send('GET', '/v1/chat/completions')).body;
const INCLUDE_USAGE: Probe = {
  at: 'stream_options.include_usage',
  value: true,
  beside: { stream: true },
  sees: { body: expect.stringContaining('"prompt_tokens"') },
};

const chatCompletions: EndpointProbes = {
  base: hello,
  honoured: {
    model: { value: 'gpt', sees: onModel('gpt-5.5') },
    messages: {
      value: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
          ],
        },
      ],
      sees: oneRun({ messages: [{ role: 'user', content: [{ text: 'Look' }, { type: 'image' }] }] }),
    },
    stream: { value: true, sees: EVENT_STREAM },
    stream_options: INCLUDE_USAGE,
    'stream_options.include_usage': INCLUDE_USAGE,
    n: { value: 2, sees: { runs: [{}, {}], body: { choices: [{ index: 0 }, { index: 1 }] } } },
    tools: { value: TOOLS, sees: oneRun({ tools: [{ name: 'get_weather' }, { name: 'get-time_2' }] }) },
    tool_choice: { value: 'none', beside: { tools: TOOLS }, sees: oneRun({ offeredTools: [] }) },
    parallel_tool_calls: {
      value: false,
      beside: { tools: TOOLS },
      steps: CALLS_TWO_TOOLS,
      sees: toChoice({ message: { tool_calls: [{ id: 'call_1' }] } }),
    },
    functions: { value: FUNCTIONS, sees: oneRun({ tools: [{ name: 'get_weather' }] }) },
    function_call: { value: 'none', beside: { functions: FUNCTIONS }, sees: oneRun({ offeredTools: [] }) },
    stop: { value: ' there', sees: toChoice({ finish_reason: 'stop', message: { content: 'Hello' } }) },
    max_completion_tokens: { value: 1, sees: toChoice({ finish_reason: 'length', message: { content: 'Hello' } }) },
    max_tokens: { value: 1, sees: toChoice({ finish_reason: 'length', message: { content: 'Hello' } }) },
    response_format: { value: { type: 'json_object' }, steps: SAYS_JSON, sees: TOLD_OF_JSON },
    reasoning_effort: { value: 'high', sees: withParameter('reasoning', 'high') },
    cursor_params: CURSOR_PARAMS,
    store: { value: true, look: list, sees: { later: { data: [{ object: 'chat.completion' }] } } },
    metadata: {
      value: { topic: 'harbours' },
      beside: { store: true },
      look: list,
      sees: { later: { data: [{ metadata: { topic: 'harbours' } }] } },
    },
  },
  values: {
    'messages.name': [{ role: 'user', content: 'Hello', name: 'Ann' }],
    logprobs: true,
    top_logprobs: 2,
    modalities: ['text', 'audio'],
    audio: { voice: 'alloy', format: 'mp3' },
    prediction: { type: 'content', content: 'Hello' },
    web_search_options: {},
  },
  taken: { logprobs: false, top_logprobs: 0, modalities: ['text'] },
};

/** Two of one model, with metadata, and one of another. */
const storeThree = async (send: Send): Promise<Made> => {
  const store = async (fields: object): Promise<string> => {
    const { body } = await send('POST', '/v1/chat/completions', { ...hello, store: true, ...fields });
    return (body as { id: string }).id;
  };
  return {
    id: await store({ messages: [...hello.messages, { role: 'assistant', content: 'Hi' }, says('Bye')] }),
    second: await store({ metadata: { topic: 'harbours' } }),
    third: await store({ model: 'gpt' }),
  };
};

const idOf = (...ids: string[]) => ({ body: { data: ids.map((id) => ({ id: expect.stringMatching(id) })) } });

const storedCompletionsList: EndpointProbes = {
  base: {},
  prepare: storeThree,
  honoured: {
    model: { value: 'gpt-5.5', sees: { body: { data: [{ model: 'gpt-5.5' }] } } },
    metadata: {
      at: 'metadata[topic]',
      value: 'harbours',
      sees: { body: { data: [{ metadata: { topic: 'harbours' } }] } },
    },
    after: { value: '{id}', sees: { body: { data: [{ metadata: { topic: 'harbours' } }, { model: 'gpt-5.5' }] } } },
    limit: { value: 1, sees: { body: { has_more: true, ...idOf('').body } } },
    order: { value: 'desc', sees: { body: { data: [{ model: 'gpt-5.5' }, {}, {}] } } },
  },
};

const storedCompletionUpdate: EndpointProbes = {
  base: { metadata: {} },
  prepare: storeThree,
  honoured: { metadata: { value: { a: 'b' }, sees: { body: { metadata: { a: 'b' } } } } },
};

const storedCompletionMessages: EndpointProbes = {
  base: {},
  prepare: storeThree,
  honoured: {
    after: { value: '{id}-0', sees: { body: { data: [{ role: 'assistant' }, { role: 'user' }] } } },
    limit: { value: 1, sees: { body: { has_more: true, data: [{ content: 'Hello' }] } } },
    order: { value: 'desc', sees: { body: { data: [{ role: 'user' }, { role: 'assistant' }, { content: 'Hello' }] } } },
  },
};

/** By the endpoint's id in the data file. */
export const chatProbes: Readonly<Record<string, EndpointProbes>> = {
  'chat-completions': chatCompletions,
  'stored-completions-list': storedCompletionsList,
  'stored-completion-update': storedCompletionUpdate,
  'stored-completion-messages': storedCompletionMessages,
};
