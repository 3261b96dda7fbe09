import { describe, expect, test } from 'vitest';
import type { Message } from '../../../../src/core/run-request.ts';
import { type ConversationShape, toConversationKeys } from '../../../../src/engine/conversations/conversation-keys.ts';
import { isSameMessage } from '../../../../src/engine/conversations/normalize-message.ts';
import { createToldCalls } from '../../../../src/engine/conversations/told-calls.ts';

const shape: ConversationShape = {
  owner: 'owner',
  credential: 'credential',
  sessionId: null,
  affinity: null,
  model: { id: 'composer-2.5', parameters: [] },
  systemPrompt: 'Be brief.',
  tools: [{ name: 'read', description: 'Reads.', parameters: { type: 'object', properties: {} } }],
};
const text = (value: string) => ({ type: 'text', text: value }) as const;
const user = (...texts: string[]): Message => ({ role: 'user', content: texts.map(text) });
const assistant = (value: string, ...calls: [id: string, name: string, args: string][]): Message => ({
  role: 'assistant',
  content: value === '' ? [] : [text(value)],
  toolCalls: calls.map(([id, name, args]) => ({ id, name, arguments: args })),
});
const tool = (toolCallId: string, value: string): Message => ({ role: 'tool', toolCallId, content: [text(value)] });
const image = (url: string): Message => ({ role: 'user', content: [{ type: 'image', url, param: 'x' }] });

const toKeys = (own: ConversationShape, messages: readonly Message[], told = createToldCalls()) =>
  toConversationKeys(own, messages, told);
const whole = (own: Partial<ConversationShape>, ...messages: Message[]) =>
  toKeys({ ...shape, ...own }, messages).whole.at(-1);

const talk = [user('Hi'), assistant('Hello.'), user('And?')];

describe('another conversation comes from', () => {
  test.each<[string, Partial<ConversationShape>]>([
    ['another token', { owner: 'other' }],
    ['another credential', { credential: 'other' }],
    ['a session', { sessionId: 's' }],
    ['the client’s own session', { affinity: 's' }],
    ['another model', { model: { id: 'gpt-5.1', parameters: [] } }],
    ['other parameters', { model: { id: 'composer-2.5', parameters: [{ id: 'fast', value: 'true' }] } }],
    ['another system prompt', { systemPrompt: 'Be long.' }],
    ['no system prompt', { systemPrompt: null }],
    ['no tools', { tools: [] }],
    ['another description', { tools: [{ ...shape.tools[0], description: 'Writes.' }] as ConversationShape['tools'] }],
  ])('%s', (_name, own) => {
    expect(whole(own, ...talk)).not.toBe(whole({}, ...talk));
    expect(toKeys({ ...shape, ...own }, talk).content).toEqual(toKeys(shape, talk).content);
  });

  test.each<[string, Message[]]>([
    ['another word', [user('Hi'), assistant('Hello!'), user('And?')]],
    ['another order', [user('And?'), assistant('Hello.'), user('Hi')]],
    ['another border between messages', [user('Hi'), assistant('Hello.And?')]],
    ['another role', [user('Hi'), user('Hello.'), user('And?')]],
    ['another image', [image('data:image/png;base64,AA=='), assistant('Hello.'), user('And?')]],
    ['a call', [user('Hi'), assistant('Hello.', ['c1', 'read', '{}']), user('And?')]],
  ])('%s', (_name, messages) => {
    expect(whole({}, ...messages)).not.toBe(whole({}, ...talk));
  });
});

test('the order of the tools does not count', () => {
  const [first] = shape.tools;
  const other = { name: 'write', description: null, parameters: {} };
  const tools = first === undefined ? [] : [first, other];
  expect(whole({ tools }, ...talk)).toBe(whole({ tools: tools.toReversed() }, ...talk));
});

test('keys grow with the conversation: each beginning has its own', () => {
  const long = toKeys(shape, talk);
  expect(new Set(long.whole).size).toBe(4);
  expect(toKeys(shape, talk.slice(0, 2)).whole).toEqual(long.whole.slice(0, 3));
  const [, , last] = talk;
  if (last !== undefined) {
    const { whole: grown, content } = toKeys(shape, talk.slice(0, 2)).after(last);
    expect([grown, content]).toEqual([long.whole, long.content]);
  }
});

describe('clients write the same thing in their own words:', () => {
  test.each<[string, Message, Message]>([
    ['white space around an answer', assistant(' Hello.\n'), assistant('Hello.')],
    ['text in parts', user('a', 'b'), user('a\nb')],
    [
      'arguments written anew',
      assistant('', ['c', 'f', '{"b":1,"a":[2]}']),
      assistant('', ['c', 'f', '{ "a": [2], "b": 1 }']),
    ],
    ['arguments that are not JSON', assistant('', ['c', 'f', '{oops']), assistant('', ['c', 'f', '{oops'])],
  ])('%s', (_name, a, b) => {
    expect(isSameMessage(a, b)).toBe(true);
    expect(whole({}, user('Q'), a)).toBe(whole({}, user('Q'), b));
  });

  test('ids of calls, as long as results name the same ones', () => {
    const round = (first: string, second: string) =>
      whole(
        {},
        user('Q'),
        assistant('', [first, 'f', '{}'], [second, 'f', '{}']),
        tool(second, 'two'),
        tool(first, 'one'),
      );
    expect(round('a', 'b')).toBe(round('x', 'y'));
    expect(round('a', 'b')).not.toBe(
      whole({}, user('Q'), assistant('', ['a', 'f', '{}'], ['b', 'f', '{}']), tool('a', 'two'), tool('b', 'one')),
    );
  });
});

test.each<[string, Message, Message]>([
  ['white space of a user', user('Hi '), user('Hi')],
  ['the text of a result', tool('c', 'a'), tool('c', 'b')],
  ['the call of a result', tool('c', 'a'), tool('d', 'a')],
  ['arguments', assistant('', ['c', 'f', '{"a":1}']), assistant('', ['d', 'f', '{"a":2}'])],
  ['arguments by place', assistant('', ['#1', 'f', '{"a":1}']), assistant('', ['#1', 'f', '{"a":2}'])],
  ['the tool', assistant('', ['c', 'f', '{}']), assistant('', ['c', 'g', '{}'])],
])('what counts is %s', (_name, a, b) => {
  expect(isSameMessage(a, b)).toBe(false);
});

test('a call of the same id is the same, whatever its arguments', () => {
  const call = assistant('', ['c', 'f', '{"a":1}']);
  expect(isSameMessage(call, assistant('', ['c', 'f', '{"a":2}']))).toBe(true);
});

describe('a call that was told', () => {
  const told = createToldCalls();
  const before = [user('Q'), assistant('', ['c', 'edit', '{"path":"a"}']), tool('c', 'done'), user('And?')];
  told.add('owner', toKeys(shape, before.slice(0, 1), told).content.at(-1) ?? '', [
    { id: 'c', name: 'edit', arguments: '{"path":"a"}' },
  ]);
  const key = (sent: readonly Message[], own: Partial<ConversationShape> = {}) =>
    toKeys({ ...shape, ...own }, sent, told).whole.at(-1);
  const rewritten = (id: string, name: string, args: string) => before.with(1, assistant('', [id, name, args]));

  test.each([
    ['a default filled in', '{"path":"a","all":false}'],
    ['other values', '{"path":"b"}'],
    ['no JSON', '{"path":'],
    ['nothing', ''],
  ])('asks for what it did, whatever comes back: %s', (_what, args) => {
    expect(key(rewritten('c', 'edit', args))).toBe(key(before));
  });

  test('is found where only its place is known', () => {
    expect(key(rewritten('#1', 'edit', '{ "path": "a" }').with(2, tool('#1', 'done')))).toBe(key(before));
  });

  test.each<[string, readonly Message[], Partial<ConversationShape>?]>([
    ['of another id', rewritten('d', 'edit', '{"path":"b"}').with(2, tool('d', 'done'))],
    ['known by its place alone', rewritten('#1', 'edit', '{"path":"b"}').with(2, tool('#1', 'done'))],
    ['of another tool', rewritten('c', 'read', '{"path":"b"}')],
    ['of another conversation', rewritten('c', 'edit', '{"path":"b"}').with(0, user('R'))],
    ['of another owner', rewritten('c', 'edit', '{"path":"b"}'), { owner: 'other' }],
  ])('says nothing of one %s', (_what, sent, own = {}) => {
    const unchanged = sent.with(
      1,
      assistant('', [sent[2]?.role === 'tool' ? sent[2].toolCallId : '', 'edit', '{"path":"a"}']),
    );
    expect(key(sent, own)).not.toBe(key(unchanged, own));
  });
});
