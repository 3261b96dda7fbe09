import { expect, test } from 'vitest';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import type { ChoiceEvent } from '../../../src/core/run-event.ts';
import { untilEnded } from '../../../src/server/until-ended.ts';

const delta: ChoiceEvent = { type: 'text-delta', id: 'a', text: 'Hi' };
const end: ChoiceEvent = { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 };
const REVOKED = { type: 'run-error', error: { code: 'client_token_invalid', message: 'Revoked.' } };

/** Plays events; the token is revoked after `revokedAfter` of them. The answer then tells that it was cancelled. */
const play = async (
  events: readonly (ChoiceEvent | Error)[],
  { choices = 1, revokedAfter = Infinity }: { choices?: number; revokedAfter?: number } = {},
) => {
  const token = new AbortController();
  const cancelled = new AbortController();
  const revoke = (): void => token.abort(new GatewayError('client_token_invalid', 'Revoked.'));
  const answer = async function* (): AsyncGenerator<ChoiceEvent> {
    for (const event of events) {
      if (cancelled.signal.aborted && !(event instanceof Error)) {
        yield { type: 'run-error', error: { code: 'upstream_error', message: 'Cancelled.' } };
        return;
      }
      if (event instanceof Error) throw event;
      yield event;
    }
  };
  const told: ChoiceEvent[] = [];
  if (revokedAfter === 0) revoke();
  const options = { choices, endings: [new AbortController().signal, token.signal], cancel: () => cancelled.abort() };
  for await (const event of untilEnded(answer(), options)) {
    told.push(event);
    if (told.length === revokedAfter) revoke();
  }
  return told;
};

test.each<[string, Parameters<typeof play>, readonly object[]]>([
  ['an answer that nobody disturbs', [[delta, end]], [delta, end]],
  ['a token revoked before', [[delta, end], { revokedAfter: 0 }], [REVOKED]],
  ['a token revoked meanwhile', [[delta, delta, end], { revokedAfter: 1 }], [delta, REVOKED]],
  ['a token revoked after the end', [[delta, end], { revokedAfter: 2 }], [delta, end]],
  ['a token revoked between two answers', [[delta, end, end], { revokedAfter: 2, choices: 2 }], [delta, end, REVOKED]],
  ['a token revoked after both', [[delta, end, end], { revokedAfter: 3, choices: 2 }], [delta, end, end]],
  ['a wait that its cancel breaks off', [[delta, new Error('aborted')], { revokedAfter: 1 }], [delta, REVOKED]],
])('%s', async (_name, options, told) => {
  expect(await play(...options)).toEqual(told);
});

test('a failure of its own is its own', async () => {
  await expect(play([delta, new Error('broken')])).rejects.toThrow('broken');
});
