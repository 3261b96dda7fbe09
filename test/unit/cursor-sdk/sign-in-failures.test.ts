import { describe, expect, it } from 'vitest';
import {
  describeNetworkFailure,
  fromExchangeRefusal,
  fromSignInError,
} from '../../../src/backends/cursor-sdk/sign-in-failures.ts';

const HOUR_MS = 60 * 60_000;

describe('fromSignInError', () => {
  it.each([
    [
      'Login failed or timed out. Please try again.',
      'unauthenticated',
      3_000,
      'upstream_error',
      /could not be reached/u,
    ],
    [
      'Login failed or timed out. Please try again.',
      'unauthenticated',
      HOUR_MS,
      'timeout',
      /not finished in the browser/u,
    ],
    [
      "Login succeeded, but creating an SDK API key failed: not for you (your team's settings may restrict this)",
      'permission_denied',
      3_000,
      'permission_denied',
      /^You signed in, but Cursor makes no API key for this account\. Cursor says: not for you\. A team's settings/u,
    ],
    [
      'Login succeeded, but creating an SDK API key failed: [unavailable] HTTP 503',
      'unavailable',
      3_000,
      'upstream_error',
      /^You signed in, but Cursor failed to make an API key\. Cursor says: \[unavailable\] HTTP 503\. Try again\.$/u,
    ],
    [
      'Login succeeded, but the server returned an empty API key.',
      'internal',
      3_000,
      'upstream_error',
      /without a key/u,
    ],
    ['fetch failed', undefined, 0, 'upstream_error', /could not be reached/u],
  ] as const)('%s (%s) after %i ms', (message, code, elapsedMs, expected, words) => {
    const failure = fromSignInError({ name: 'AuthenticationError', message, code }, elapsedMs);
    expect(failure).toEqual({ code: expected, message: expect.stringMatching(words) });
  });
});

describe('fromExchangeRefusal', () => {
  it.each([
    [401, '', 'cursor_sign_in_required', /sign-in\. Sign in with the browser instead\.$/u],
    [403, 'No!', 'permission_denied', /Cursor says: No\. Sign in with the browser instead\.$/u],
    [404, '', 'permission_denied', /Sign in with the browser instead/u],
    [501, '', 'permission_denied', /Sign in with the browser instead/u],
    [429, 'Slow down', 'rate_limited', /Cursor says: Slow down\. Try again later\.$/u],
    [500, '', 'upstream_unavailable', /HTTP 500/u],
  ] as const)('%i %s', (status, words, code, message) => {
    expect(fromExchangeRefusal(status, words)).toEqual({ code, message: expect.stringMatching(message) });
  });
});

describe('describeNetworkFailure', () => {
  it.each([
    [new DOMException('secret', 'TimeoutError'), 'timeout', 'Cursor did not answer in time. Try again.'],
    [new DOMException('secret', 'AbortError'), 'timeout', 'Cursor did not answer in time. Try again.'],
    [
      new TypeError('secret', { cause: Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }) }),
      'upstream_error',
      'Cursor could not be reached (ECONNREFUSED). Check the network connection.',
    ],
    ['secret', 'upstream_error', 'Cursor could not be reached. Check the network connection.'],
  ])('%s', (error, code, message) => {
    expect(describeNetworkFailure(error)).toEqual({ code, message });
  });
});
