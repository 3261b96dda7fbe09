import { describe, expect, test } from 'vitest';
import { decodeResponseRequest } from '../../../../src/protocols/openai-responses/decode.ts';
import { toMessages } from '../../../../src/protocols/openai-responses/decode-items.ts';
import { toStoredInput } from '../../../../src/protocols/openai-responses/stored-items.ts';
import { findSchemaErrors } from '../../../support/openai-schema.ts';
import { clientInputs } from './client-inputs.ts';

const createIds = () => {
  let count = 0;
  return (prefix: string): string => {
    count += 1;
    return `${prefix}_new${count}`;
  };
};
const store = (input: unknown) => toStoredInput(decodeResponseRequest({ input }).input, createIds());
const converse = (input: unknown) =>
  toMessages(decodeResponseRequest({ input }).input, { instructions: 'Be kind.', offset: 0 });

describe('what GET …/input_items lists', () => {
  const names = Object.keys(clientInputs);

  test.each(names)('%s: is of schema ItemResource', (name) => {
    const stored = store(clientInputs[name]);
    expect(stored.map((item) => findSchemaErrors('ItemResource', item))).toEqual(stored.map(() => []));
  });

  test.each(names)('%s: says the same to the model', (name) => {
    const stored = store(clientInputs[name]);
    const { systemPrompt, messages } = converse(stored);
    expect({ systemPrompt, messages }).toEqual({
      systemPrompt: converse(clientInputs[name]).systemPrompt,
      messages: converse(clientInputs[name]).messages,
    });
    // Once stored, an item stays as it is.
    expect(store(stored)).toEqual(stored);
  });

  test.each<[string, object | string, object]>([
    [
      'a string',
      'Hello',
      {
        id: 'msg_new1',
        type: 'message',
        role: 'user',
        status: 'completed',
        content: [{ type: 'input_text', text: 'Hello' }],
      },
    ],
    [
      'an answer',
      { role: 'assistant', content: 'Hi', phase: null },
      {
        id: 'msg_new1',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        phase: null,
        content: [{ type: 'output_text', text: 'Hi', annotations: [], logprobs: [] }],
      },
    ],
    [
      'an answer that was cut, with its id',
      { id: 'msg_a', role: 'assistant', status: 'incomplete', content: [] },
      { id: 'msg_a', type: 'message', role: 'assistant', status: 'incomplete', content: [] },
    ],
    [
      'an image',
      { role: 'user', content: [{ type: 'input_image', image_url: 'https://a.example/b.png' }] },
      {
        id: 'msg_new1',
        type: 'message',
        role: 'user',
        status: 'completed',
        content: [{ type: 'input_image', image_url: 'https://a.example/b.png', detail: 'auto' }],
      },
    ],
    [
      'a call',
      { type: 'function_call', call_id: 'c', name: 'n', arguments: '{}', namespace: null, id: '' },
      { id: 'fc_new1', type: 'function_call', call_id: 'c', name: 'n', arguments: '{}', status: 'completed' },
    ],
    [
      'a custom call',
      { type: 'custom_tool_call', call_id: 'c', name: 'n', input: 'x' },
      { id: 'ctc_new1', type: 'custom_tool_call', call_id: 'c', name: 'n', input: 'x', status: 'completed' },
    ],
    [
      'a result',
      { type: 'function_call_output', call_id: 'c', output: '' },
      { id: 'fco_new1', type: 'function_call_output', call_id: 'c', output: '', status: 'completed' },
    ],
    [
      'the result of a custom call',
      { type: 'custom_tool_call_output', call_id: 'c', output: 'x' },
      { id: 'ctco_new1', type: 'custom_tool_call_output', call_id: 'c', output: 'x', status: 'completed' },
    ],
    [
      'reasoning',
      { type: 'reasoning', content: null, encrypted_content: null },
      { id: 'rs_new1', type: 'reasoning', summary: [], encrypted_content: null },
    ],
    [
      'a summary',
      { type: 'compaction', encrypted_content: 'x' },
      { id: 'cmp_new1', type: 'compaction', encrypted_content: 'x' },
    ],
    [
      'tools',
      { type: 'additional_tools', tools: [{ type: 'function', name: 'a' }] },
      {
        id: 'at_new1',
        type: 'additional_tools',
        role: 'developer',
        tools: [{ type: 'function', name: 'a', description: null, parameters: null, strict: true }],
      },
    ],
    [
      'a call of a hosted tool',
      { type: 'web_search_call', action: { type: 'search' } },
      { id: 'ws_new1', type: 'web_search_call', action: { type: 'search' }, status: 'completed' },
    ],
  ])('%s', (_name, item, expected) => {
    expect(store(typeof item === 'string' ? item : [item])).toEqual([expected]);
  });

  test('a trigger of compaction is none of them', () => {
    expect(store([{ type: 'compaction_trigger' }, { role: 'user', content: 'x' }])).toHaveLength(1);
  });
});
