import { expect } from 'vitest';
import type { EndpointProbes, Made, Probe, Send } from './probe.ts';
import {
  CALLS_TWO_TOOLS,
  CURSOR_PARAMS,
  EVENT_STREAM,
  onModel,
  oneRun,
  SAYS_JSON,
  says,
  THINKS,
  TOLD_OF_JSON,
  withParameter,
} from './script.ts';

const toTool = (name: string) => ({ type: 'function', name, parameters: { type: 'object', properties: {} } });
const TOOLS = [toTool('get_weather'), toTool('get-time_2')];
const ALLOWED = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'get_weather' }] };

const toId = (body: unknown): string => (body as { id: string }).id;
const find = async (send: Send, body: unknown) => send('GET', `/v1/responses/${toId(body)}`);

/** A response, and a conversation of two items. */
const converse = async (send: Send): Promise<Made> => {
  const { body: response } = await send('POST', '/v1/responses', {
    input: [
      { role: 'user', content: 'First' },
      { role: 'assistant', content: 'Between' },
      { role: 'user', content: 'Before' },
    ],
  });
  const { body: conversation } = await send('POST', '/v1/conversations', {
    metadata: { topic: 'harbours' },
    items: [
      { role: 'user', content: 'Kept' },
      { role: 'user', content: 'Too' },
    ],
  });
  const [first, second] = await Promise.all(
    [`/v1/responses/${toId(response)}/input_items`, `/v1/conversations/${toId(conversation)}/items`].map(
      async (path) => ((await send('GET', path)).body as { data: { id: string }[] }).data.at(0)?.id ?? '',
    ),
  );
  return { response: toId(response), conversation: toId(conversation), lastInput: first ?? '', item_id: second ?? '' };
};

const inConversation = async (send: Send): Promise<Made> => {
  const made = await converse(send);
  return { ...made, id: made['conversation'] ?? '' };
};
const inResponse = async (send: Send): Promise<Made> => {
  const made = await converse(send);
  return { ...made, id: made['response'] ?? '' };
};

const FORMAT: Probe = { at: 'text.format', value: { type: 'json_object' }, steps: SAYS_JSON, sees: TOLD_OF_JSON };
const EFFORT: Probe = { at: 'reasoning.effort', value: 'high', sees: withParameter('reasoning', 'high') };
const toSummary = (at: string): Probe => ({
  at,
  value: 'auto',
  steps: THINKS,
  sees: { body: { output: [{ type: 'reasoning', summary: [{ text: 'The user greets.' }] }, {}] } },
});

const responses: EndpointProbes = {
  base: { input: 'Hello' },
  prepare: converse,
  honoured: {
    model: { value: 'gpt', sees: onModel('gpt-5.5') },
    input: { value: [{ role: 'user', content: 'Look' }], sees: oneRun({ messages: [says('Look')] }) },
    instructions: { value: 'Be kind.', sees: oneRun({ systemPrompt: 'Be kind.' }) },
    previous_response_id: {
      value: '{response}',
      sees: oneRun({
        messages: [
          says('First'),
          says('Between', 'assistant'),
          says('Before'),
          says('Hello there!', 'assistant'),
          says('Hello'),
        ],
      }),
    },
    conversation: { value: '{conversation}', sees: oneRun({ messages: [says('Kept'), says('Too'), says('Hello')] }) },
    stream: { value: true, sees: EVENT_STREAM },
    background: { value: true, sees: { body: { status: 'queued', output: [] } } },
    store: { value: false, look: find, sees: { later: { status: 404 } } },
    max_output_tokens: {
      value: 1,
      sees: { body: { status: 'incomplete', output: [{ content: [{ text: 'Hello' }] }] } },
    },
    text: FORMAT,
    'text.format': FORMAT,
    reasoning: EFFORT,
    'reasoning.effort': EFFORT,
    'reasoning.summary': toSummary('reasoning.summary'),
    'reasoning.generate_summary': toSummary('reasoning.generate_summary'),
    tools: { value: TOOLS, sees: oneRun({ tools: [{ name: 'get_weather' }, { name: 'get-time_2' }] }) },
    tool_choice: { value: 'none', beside: { tools: TOOLS }, sees: oneRun({ offeredTools: [] }) },
    parallel_tool_calls: {
      value: false,
      beside: { tools: TOOLS },
      steps: CALLS_TWO_TOOLS,
      sees: { body: { output: [{ call_id: 'call_1' }] } },
    },
    include: {
      value: ['reasoning.encrypted_content'],
      steps: THINKS,
      sees: { body: { output: [{ type: 'reasoning', encrypted_content: null }, {}] } },
    },
    metadata: {
      value: { topic: 'harbours' },
      look: find,
      sees: { later: { body: { metadata: { topic: 'harbours' } } } },
    },
    cursor_params: CURSOR_PARAMS,
  },
  values: {
    generate: false,
    max_tool_calls: 1,
    'text.verbosity': 'low',
    prompt: { id: 'pmpt_1' },
    top_logprobs: 2,
    truncation: 'auto',
    context_management: [{ type: 'compaction', compact_threshold: 100_000 }],
    stream_options: { include_obfuscation: false },
  },
  taken: { top_logprobs: 0 },
};

const moreTokens = (than: number) => ({ body: { input_tokens: expect.toSatisfy((count: number) => count > than) } });
/** `Hello` in one message. */
const BASE_TOKENS = 5;

const inputTokens: EndpointProbes = {
  base: { input: 'Hello' },
  prepare: converse,
  honoured: {
    model: { value: 'no-such-model', sees: { status: 404 } },
    input: { value: 'Hello to all of you', sees: moreTokens(BASE_TOKENS) },
    instructions: { value: 'Be kind.', sees: moreTokens(BASE_TOKENS) },
    previous_response_id: { value: '{response}', sees: moreTokens(BASE_TOKENS) },
    conversation: { value: '{conversation}', sees: moreTokens(BASE_TOKENS) },
    tools: { value: TOOLS, sees: moreTokens(BASE_TOKENS) },
    tool_choice: {
      value: ALLOWED,
      beside: { tools: TOOLS },
      sees: { body: { input_tokens: expect.toSatisfy((count: number) => count < 40) } },
    },
  },
  values: { reasoning: { effort: 'high' }, text: { verbosity: 'low' }, truncation: 'auto', personality: 'friendly' },
};

const compact: EndpointProbes = {
  base: { model: 'composer-2.5', input: 'Hello' },
  prepare: converse,
  honoured: {
    model: { value: 'gpt', sees: onModel('gpt-5.5') },
    input: { value: 'Look', sees: oneRun({ messages: [says('Look'), {}] }) },
    instructions: { value: 'Be kind.', sees: oneRun({ systemPrompt: 'Be kind.' }) },
    previous_response_id: {
      value: '{response}',
      sees: oneRun({ messages: [says('First'), {}, {}, {}, says('Hello'), {}] }),
    },
    conversation: {
      value: '{conversation}',
      sees: oneRun({ messages: [says('Kept'), says('Too'), says('Hello'), {}] }),
    },
    tools: { value: TOOLS, sees: oneRun({ tools: [{ name: 'get_weather' }, { name: 'get-time_2' }] }) },
    reasoning: EFFORT,
    'reasoning.effort': EFFORT,
    cursor_params: CURSOR_PARAMS,
  },
};

/** The texts of a list of messages. */
const toTexts = (...texts: string[]) => ({ data: texts.map((text) => ({ content: [{ text }] })) });

const responseGet: EndpointProbes = {
  base: {},
  prepare: inResponse,
  honoured: {
    stream: { value: true, sees: EVENT_STREAM },
    starting_after: {
      value: 1,
      beside: { stream: true },
      sees: { body: expect.not.stringContaining('event: response.created') },
    },
  },
  values: { include: 'reasoning.encrypted_content', include_obfuscation: false },
};

const responseInputItems: EndpointProbes = {
  base: {},
  prepare: inResponse,
  honoured: {
    after: { value: '{lastInput}', sees: { body: toTexts('Between', 'First') } },
    limit: { value: 1, sees: { body: { has_more: true, ...toTexts('Before') } } },
    order: { value: 'asc', sees: { body: toTexts('First', 'Between', 'Before') } },
  },
  values: { include: 'reasoning.encrypted_content' },
};

const ITEMS = [{ role: 'user', content: 'New' }];

const conversationCreate: EndpointProbes = {
  base: {},
  honoured: {
    metadata: { value: { a: 'b' }, sees: { body: { metadata: { a: 'b' } } } },
    items: {
      value: ITEMS,
      look: async (send, body) => (await send('GET', `/v1/conversations/${toId(body)}/items`)).body,
      sees: { later: toTexts('New') },
    },
  },
};

const conversationUpdate: EndpointProbes = {
  base: { metadata: {} },
  prepare: inConversation,
  honoured: { metadata: { value: { a: 'b' }, sees: { body: { metadata: { a: 'b' } } } } },
};

const itemsCreate: EndpointProbes = {
  base: { items: [] },
  prepare: inConversation,
  honoured: { items: { value: ITEMS, sees: { body: toTexts('New') } } },
  values: { include: 'reasoning.encrypted_content' },
};

const itemsList: EndpointProbes = {
  base: {},
  prepare: inConversation,
  honoured: {
    after: { value: '{item_id}', sees: { body: toTexts('Kept') } },
    limit: { value: 1, sees: { body: { has_more: true, ...toTexts('Too') } } },
    order: { value: 'asc', sees: { body: toTexts('Kept', 'Too') } },
  },
  values: { include: 'reasoning.encrypted_content' },
};

const itemGet: EndpointProbes = {
  base: {},
  prepare: inConversation,
  honoured: {},
  values: { include: 'reasoning.encrypted_content' },
};

/** By the endpoint's id in the data file. */
export const responseProbes: Readonly<Record<string, EndpointProbes>> = {
  responses,
  'responses-input-tokens': inputTokens,
  'responses-compact': compact,
  'response-get': responseGet,
  'response-input-items': responseInputItems,
  'conversation-create': conversationCreate,
  'conversation-update': conversationUpdate,
  'conversation-items-create': itemsCreate,
  'conversation-items-list': itemsList,
  'conversation-item-get': itemGet,
};
