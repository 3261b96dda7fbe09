import { expect, test } from 'vitest';
import { GatewayError } from '../../../../src/core/gateway-error.ts';
import type { SentTools } from '../../../../src/protocols/openai-responses/decode-tools.ts';
import { custom, decode, group, searching, tool } from './sent-tools.ts';

const caught = (sent: Partial<SentTools>): GatewayError => {
  try {
    decode(sent);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('The tools were accepted.');
};
const deep = (levels: number): object => Array.from({ length: levels }).reduce<object>((inner) => ({ not: inner }), {});
const allowed = (mode: string, ...tools: object[]) => ({ type: 'allowed_tools', mode, tools });

test.each<[sent: Partial<SentTools>, code: string, param: string, says: RegExp]>([
  [{ tools: [{}] }, 'validation_failed', 'tools[0].type', /type of the tool/],
  [{ tools: [{ type: 'telepathy' }] }, 'unsupported_value', 'tools[0].type', /Use "function", "custom"/],
  [{ tools: [tool('a b')] }, 'validation_failed', 'tools[0].name', /1 to 128/],
  [{ tools: [tool('x'.repeat(129))] }, 'validation_failed', 'tools[0].name', /1 to 128/],
  [{ tools: [{ type: 'function', function: { name: 'a' } }] }, 'validation_failed', 'tools[0].name', /beside the type/],
  [
    { tools: [tool('a', { parameters: { type: 'array' } })] },
    'validation_failed',
    'tools[0].parameters.type',
    /"object"/,
  ],
  [{ tools: [tool('a', { parameters: deep(60) })] }, 'invalid_request', 'tools[0].parameters', /40 levels/],
  [{ tools: [tool('a'), tool('a')] }, 'validation_failed', 'tools[1].name', /"a" is there twice/],
  [{ tools: [custom('a.b'), tool('a_b')] }, 'validation_failed', 'tools[1].name', /Rename one/],
  [{ tools: [group('g', tool('a'), tool('a'))] }, 'validation_failed', 'tools[0].tools[1].name', /twice/],
  [{ tools: [group('g', searching)] }, 'unsupported_value', 'tools[0].tools[0].type', /"web_search"/],
  [{ tools: [group('', tool('a'))] }, 'validation_failed', 'tools[0].name', /expected a name/],
  [
    { tools: [custom('a', { format: { type: 'xml' } })] },
    'unsupported_value',
    'tools[0].format.type',
    /"text" or "grammar"/,
  ],
  [
    { tools: [custom('a', { format: { type: 'grammar', syntax: 'ebnf', definition: '' } })] },
    'validation_failed',
    'tools[0].format.syntax',
    /lark/,
  ],
  [
    { tools: Array.from({ length: 129 }, (_, index) => tool(`t${index}`)) },
    'unsupported_value',
    'tools',
    /at most 128/,
  ],
  [{ additionalTools: [searching], hostedTools: 'refuse' }, 'unsupported_tool', 'input', /Leave it out/],
  [{ toolChoice: 'always' }, 'validation_failed', 'tool_choice', /"required"/],
  [{ toolChoice: {} }, 'validation_failed', 'tool_choice.type', /expected string/],
  [{ toolChoice: 'required' }, 'invalid_request', 'tool_choice', /no tools/],
  [
    { tools: [searching], toolChoice: 'required' },
    'unsupported_tool',
    'tool_choice',
    /"web_search".*a function of your own/,
  ],
  [{ tools: [tool('a'), searching], toolChoice: searching }, 'unsupported_tool', 'tool_choice', /"web_search"/],
  [{ tools: [tool('a')], toolChoice: { type: 'mcp', server_label: 's' } }, 'unsupported_tool', 'tool_choice', /"mcp"/],
  [{ tools: [tool('a')], toolChoice: { type: 'computer_use' } }, 'unsupported_tool', 'tool_choice', /"computer_use"/],
  [{ tools: [tool('a')], toolChoice: { type: 'any' } }, 'unsupported_value', 'tool_choice.type', /"allowed_tools"/],
  [{ tools: [tool('a')], toolChoice: tool('b') }, 'invalid_request', 'tool_choice.name', /"b" is none of the tools/],
  [{ tools: [tool('a')], toolChoice: custom('a') }, 'invalid_request', 'tool_choice.name', /"a" is none/],
  [
    { tools: [tool('a')], toolChoice: tool('a', { namespace: 'g' }) },
    'invalid_request',
    'tool_choice.name',
    /"a" is none/,
  ],
  [
    { tools: [group('g', tool('a')), group('h', tool('a'))], toolChoice: tool('a') },
    'invalid_request',
    'tool_choice.name',
    /"a" is none/,
  ],
  [{ toolChoice: tool('a') }, 'invalid_request', 'tool_choice.name', /no tools/],
  [
    { tools: [tool('a')], toolChoice: { type: 'function' } },
    'validation_failed',
    'tool_choice.name',
    /expected string/,
  ],
  [{ tools: [tool('a')], toolChoice: allowed('auto') }, 'validation_failed', 'tool_choice.tools', /./],
  [
    { tools: [tool('a')], toolChoice: allowed('never', tool('a')) },
    'validation_failed',
    'tool_choice.mode',
    /required/,
  ],
  [
    { tools: [tool('a')], toolChoice: allowed('auto', tool('b')) },
    'invalid_request',
    'tool_choice.tools[0].name',
    /"b"/,
  ],
  [
    { tools: [tool('a')], toolChoice: allowed('auto', { type: 'namespace', name: 'g' }) },
    'invalid_request',
    'tool_choice.tools[0].name',
    /"g"/,
  ],
  [
    { tools: [tool('a')], toolChoice: allowed('auto', { type: 'any' }) },
    'unsupported_value',
    'tool_choice.tools[0].type',
    /"any"/,
  ],
  [
    { tools: [tool('a'), searching], toolChoice: allowed('required', searching) },
    'unsupported_tool',
    'tool_choice',
    /"web_search"/,
  ],
])('%j', (sent, code, param, says) => {
  const error = caught(sent);
  expect(error).toMatchObject({ code, param });
  expect(error.message).toMatch(says);
});
