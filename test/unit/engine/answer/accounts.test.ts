import { describe, expect, test } from 'vitest';
import type { GatewayErrorCode } from '../../../../src/core/error-specs.ts';
import { calls, fails, says, setUp, tool, user } from '../../../support/answers-rig.ts';
import { modelTurn, type ModelScript } from '../../../support/fake-model.ts';

const TWO = ['crsr_first', 'crsr_second'];

/** Says something, then fails. */
const breaksOff = (code: GatewayErrorCode): ModelScript =>
  async function* () {
    const turn = modelTurn(0);
    yield turn.start();
    yield* turn.say('Half');
    yield { type: 'run-error', error: { code, message: 'No.' } };
  };

const setUpTwo = (...scripts: readonly ModelScript[]) => setUp(scripts, {}, TWO);

describe('a rate limited account', () => {
  test('hands over to the next one before output', async () => {
    const { ask, requests, credentials } = setUpTwo(fails('rate_limited'), says(1, 'Hello'));
    const { text, kind } = await ask([user('1')]);
    expect([text, kind]).toEqual(['Hello', 'new']);
    expect(requests.map(({ apiKey }) => apiKey)).toEqual(TWO);
    expect(credentials.notes).toEqual(['first: rate_limited', 'second: ok']);
  });

  test('hands over where its run had begun and said nothing', async () => {
    const silent: ModelScript = async function* () {
      yield modelTurn(0).start();
      yield { type: 'run-error', error: { code: 'rate_limited', message: 'No.' } };
    };
    const { ask } = setUpTwo(silent, says(1, 'Hello'));
    const { events, text } = await ask([user('1')]);
    expect(text).toBe('Hello');
    expect(events.filter(({ type }) => type === 'run-start')).toHaveLength(1);
  });

  test('does not hand over once the client has seen something', async () => {
    const { ask, requests } = setUpTwo(breaksOff('rate_limited'));
    const { text, error } = await ask([user('1')]);
    expect([text, error]).toEqual(['Half', 'rate_limited: first: No.']);
    expect(requests).toHaveLength(1);
  });

  test.each<[string, GatewayErrorCode]>([
    ['as the others', 'rate_limited'],
    ['and the next one fails otherwise', 'cursor_sign_in_required'],
  ])('is what the client is told of where it is limited %s', async (_name, second) => {
    const { ask } = setUpTwo(fails('rate_limited'), fails(second));
    expect((await ask([user('1')])).error).toBe('rate_limited: first: No.');
  });

  test('hands over for each of several choices', async () => {
    const { ask } = setUpTwo(fails('rate_limited'), fails('rate_limited'), says(2, 'A'), says(3, 'B'));
    const { events } = await ask([user('1')], { choices: 2 });
    expect(events.filter(({ type }) => type === 'run-end')).toHaveLength(2);
  });
});

test.each<GatewayErrorCode>(['cursor_sign_in_required', 'upstream_error', 'timeout'])(
  'a failure by %s does not make another account pay',
  async (code) => {
    const { ask, requests } = setUpTwo(fails(code));
    expect((await ask([user('1')])).error).toBe(`${code}: first: No.`);
    expect(requests).toHaveLength(1);
  },
);

describe('a conversation that another account has taken over', () => {
  test('goes on with that account’s agent, and not from the beginning', async () => {
    const { ask, requests } = setUpTwo(fails('rate_limited'), says(1, 'One.'), says(2, 'Two.'));
    const one = await ask([user('1')]);
    const two = await ask([...one.messages, user('2')]);
    expect(two.kind).toBe('continued');
    expect(requests[2]).toMatchObject({ apiKey: 'crsr_second', agentId: 'agent-1', messages: [user('2')] });
  });

  test('gives its held run the results', async () => {
    const { ask, requests } = setUpTwo(fails('rate_limited'), calls(1, [['a', 'read']]));
    const one = await ask([user('1')]);
    const two = await ask([...one.messages, tool('a', 'data')]);
    expect([two.kind, two.text]).toEqual(['resumed-tools', 'Done: data']);
    expect(requests).toHaveLength(2);
  });

  test('moves back where that one is limited in turn', async () => {
    const { ask, requests } = setUpTwo(fails('rate_limited'), says(1, 'One.'), fails('rate_limited'), says(3, 'Two.'));
    const one = await ask([user('1')]);
    const two = await ask([...one.messages, user('2')]);
    expect([two.kinds, two.text]).toEqual([['continued', 'new'], 'Two.']);
    expect(requests.map(({ apiKey }) => apiKey.slice(5))).toEqual(['first', 'second', 'second', 'first']);
    expect(requests[3]?.messages).toEqual([...one.messages, user('2')]);
  });
});

test.each<[string, Parameters<ReturnType<typeof setUp>['ask']>[2], string]>([
  ['a named account', { account: { type: 'account', name: 'work' } }, 'crsr_work'],
  ['a caller’s own key', { account: { type: 'key', apiKey: 'crsr_own' } }, 'crsr_own'],
])('%s is used alone', async (_name, context, apiKey) => {
  const { ask, requests } = setUpTwo(fails('rate_limited'));
  expect((await ask([user('1')], {}, context)).error).toMatch(/^rate_limited/);
  expect(requests.map((request) => request.apiKey)).toEqual([apiKey]);
});
