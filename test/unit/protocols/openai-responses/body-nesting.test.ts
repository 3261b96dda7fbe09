import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../../src/core/gateway-error.ts';
import { decodeAddedItems, decodeConversation } from '../../../../src/protocols/openai-responses/conversations.ts';
import { decodeResponseRequest } from '../../../../src/protocols/openai-responses/decode.ts';

const nested = (levels: number): unknown => {
  let value: unknown = 'deep inside';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};
const message = (fields: object) => ({ type: 'message', role: 'user', content: 'Hello', ...fields });
const withPart = (fields: object) => message({ content: [{ type: 'input_text', text: 'Hello', ...fields }] });

/** `around`: how many objects and arrays of the body are around the value. */
type Place = [place: string, decode: (body: unknown) => unknown, around: number, toBody: (value: unknown) => object];

describe.each<Place>([
  ['an unknown field', decodeResponseRequest, 1, (zzz) => ({ input: 'Hello', zzz })],
  ['a choice', decodeResponseRequest, 2, (a) => ({ tool_choice: { type: 'function', name: 'a', a } })],
  ['an item', decodeResponseRequest, 3, (zzz) => ({ input: [message({ zzz })] })],
  ['a part of an item', decodeResponseRequest, 5, (zzz) => ({ input: [withPart({ zzz })] })],
  ['a format', decodeResponseRequest, 3, (zzz) => ({ text: { format: { type: 'text', zzz } } })],
  ['a tool of OpenAI’s own', decodeResponseRequest, 3, (filters) => ({ tools: [{ type: 'file_search', filters }] })],
  ['a new conversation', decodeConversation, 3, (zzz) => ({ items: [message({ zzz })] })],
  ['items for a conversation', decodeAddedItems, 3, (zzz) => ({ items: [message({ zzz })] })],
])('%s', (_place, decode, around, toBody) => {
  test.each([101 - around, 20_000])('%i levels are too deep', (levels) => {
    let caught: unknown;
    try {
      decode(toBody(nested(levels)));
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(GatewayError);
    expect(caught).toMatchObject({
      code: 'invalid_request',
      message: 'The body: it is nested more than 100 levels deep.',
      param: null,
    });
  });

  test('100 with all that is around them are not', () => {
    expect(() => decode(toBody(nested(100 - around)))).not.toThrow();
  });
});
