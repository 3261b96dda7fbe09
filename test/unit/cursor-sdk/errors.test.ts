import { describe, expect, it } from 'vitest';
import {
  fromRunError,
  fromThrownError,
  isKeptFailure,
  isSystemPromptRefusal,
  type SdkErrorShape,
} from '../../../src/backends/cursor-sdk/errors.ts';
import type { GatewayErrorCode } from '../../../src/core/error-specs.ts';

const runErrors: readonly (readonly [text: string, code: GatewayErrorCode, message: string])[] = [
  ['[resource_exhausted] You are out of requests', 'rate_limited', 'You are out of requests'],
  ['[resource_exhausted] Error', 'rate_limited', 'Error'],
  ['[unavailable] Overloaded', 'upstream_unavailable', 'Cursor is unavailable: Overloaded. Try again in a moment.'],
  ['[unavailable] HTTP 429', 'rate_limited', 'Cursor answered with HTTP 429'],
  ['[unavailable] HTTP 503', 'upstream_unavailable', 'Cursor is unavailable: HTTP 503. Try'],
  ['[unavailable] append failed', 'upstream_unavailable', 'append failed'],
  ['[unauthenticated] Token expired', 'cursor_sign_in_required', 'CURSOR_API_KEY is invalid or expired'],
  ['[unauthenticated] HTTP 401', 'cursor_sign_in_required', 'CURSOR_API_KEY is invalid or expired'],
  ['[permission_denied] Not for you', 'permission_denied', 'Not for you'],
  ['[invalid_argument] Bad thing', 'invalid_request', 'Bad thing'],
  ['[invalid_argument] prompt is too long', 'context_length_exceeded', 'prompt is too long. Shorten'],
  ['[failed_precondition] Not now', 'invalid_request', 'Not now'],
  ['[not_found] No such model', 'model_not_found', 'No such model'],
  ['[not_found] Nothing there', 'not_found', 'Nothing there'],
  ['[unimplemented] nope', 'upstream_error', 'Cursor failed: nope'],
  ['[deadline_exceeded] slow', 'timeout', 'Cursor did not answer in time: slow. Try again.'],
  ['[internal] died', 'upstream_error', 'Cursor failed: died'],
  ['[aborted] server went away', 'upstream_error', 'Cursor failed: server went away'],
  ['[canceled] server went away', 'upstream_error', 'Cursor failed: server went away'],
  ['[unknown] [aborted] aborted', 'upstream_error', 'Cursor failed: aborted'],
  [
    '[unknown] [canceled] http/2 stream closed with error code CANCEL (0x8)',
    'upstream_error',
    'Cursor failed: http/2 stream closed with error code CANCEL (0x8)',
  ],
  ['[unknown] Rate limited during API key exchange.', 'rate_limited', 'Rate limited during API key exchange.'],
  ['[unknown] Server error during API key exchange: x', 'upstream_error', 'Cursor failed: Server error during'],
  ['[unknown] Invalid API key', 'cursor_sign_in_required', 'CURSOR_API_KEY is invalid'],
  ['[unknown] Something', 'upstream_error', 'Cursor failed: Something'],
  ['Stream ended without turnEnded — connection likely dropped mid-stream', 'upstream_error', 'Cursor failed: Stream'],
  ['Connection stalled', 'timeout', 'Cursor did not answer in time: Connection stalled. Try again.'],
  ['Connection stalled repeatedly', 'timeout', 'Cursor did not answer in time: Connection stalled repeatedly.'],
  ['Session expired Please try again', 'cursor_sign_in_required', 'CURSOR_API_KEY is invalid or expired'],
  ['Unsupported region Not served there', 'permission_denied', 'Unsupported region Not served there'],
  ['Usage pricing required Enable it', 'rate_limited', 'Usage pricing required Enable it'],
  ["You've hit your usage limit Upgrade to Pro", 'rate_limited', "You've hit your usage limit Upgrade to Pro"],
  ['Rate limited Please slow down', 'rate_limited', 'Rate limited Please slow down'],
  ['Slow down A little', 'rate_limited', 'Slow down A little'],
  ['You are out of fast requests', 'rate_limited', 'You are out of fast requests'],
  ['Too many requests Wait', 'rate_limited', 'Too many requests Wait'],
  [
    'Not logged in Please log in again',
    'cursor_sign_in_required',
    'CURSOR_API_KEY is invalid or expired. Cursor says: Not',
  ],
  ['Bad API key Check it', 'cursor_sign_in_required', 'CURSOR_API_KEY is invalid'],
  [
    'Conversation too long Start a new one',
    'context_length_exceeded',
    'Conversation too long Start a new one. Shorten',
  ],
  ['Model blocked by your admin', 'model_not_found', 'Model blocked by your admin'],
  ['Provider error: the model provider failed', 'upstream_unavailable', 'Cursor is unavailable: Provider error'],
  ['Something odd', 'upstream_error', 'Cursor failed: Something odd'],
  ['', 'upstream_error', 'Cursor failed: no reason given'],
];

const thrownErrors: readonly (readonly [error: SdkErrorShape, code: GatewayErrorCode, message: string])[] = [
  [
    { name: 'AuthenticationError', message: 'Unauthorized', code: 'unauthorized', status: 401 },
    'cursor_sign_in_required',
    'CURSOR_API_KEY is invalid or expired. Cursor says: Unauthorized. Set',
  ],
  [{ name: 'AuthenticationError', message: 'No', status: 403 }, 'permission_denied', 'No'],
  [{ name: 'RateLimitError', message: 'Slow down', status: 429 }, 'rate_limited', 'Slow down'],
  [
    { name: 'NetworkError', message: 'Network request failed' },
    'upstream_error',
    'Cursor could not be reached: Network',
  ],
  [{ name: 'NetworkError', message: 'Down', status: 503 }, 'upstream_unavailable', 'Cursor is unavailable: Down.'],
  [
    { name: 'ConfigurationError', message: 'Cannot use this model: nope. Available models: a, b' },
    'model_not_found',
    'Cannot use this model: nope. Available models: a, b',
  ],
  [
    { name: 'ConfigurationError', message: 'No key', code: 'unauthenticated' },
    'cursor_sign_in_required',
    'CURSOR_API_KEY is',
  ],
  [{ name: 'ConfigurationError', message: 'Bad request', status: 400 }, 'invalid_request', 'Bad request'],
  [{ name: 'ConfigurationError', message: 'Missing', status: 404 }, 'not_found', 'Missing'],
  [{ name: 'AgentBusyError', message: 'Busy', status: 409 }, 'conflict', 'Busy'],
  [{ name: 'UnknownAgentError', message: 'Forbidden', status: 403 }, 'permission_denied', 'Forbidden'],
  [
    { name: 'UnknownAgentError', message: 'Agent X already has active run' },
    'upstream_error',
    'Cursor failed: Agent X',
  ],
  [{ name: 'Error', message: 'whatever' }, 'upstream_error', 'Cursor failed: whatever'],
];

describe('fromRunError', () => {
  it.each(runErrors)('%s → %s', (text, code, message) => {
    const failure = fromRunError(text);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(message);
    expect(failure.message).not.toMatch(/^\[/u);
  });
});

describe('fromThrownError', () => {
  it.each(thrownErrors)('%o → %s', (error, code, message) => {
    const failure = fromThrownError(error);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(message);
  });
});

describe('isKeptFailure', () => {
  it.each([
    ['[unknown] Invalid API key', true],
    ['[unknown] Rate limited during API key exchange.', true],
    ['[unknown] [aborted] aborted', false],
    ['[internal] died', false],
  ])('%s → %s', (text, expected) => expect(isKeptFailure(text)).toBe(expected));
});

describe('isSystemPromptRefusal', () => {
  it.each([
    ['[invalid_argument] --system-prompt is not available for this account', true],
    ['[invalid_argument] custom system prompt not allowed', true],
    ['[invalid_argument] Bad thing', false],
    ['[internal] system prompt', false],
  ])('%s → %s', (text, expected) => expect(isSystemPromptRefusal(text)).toBe(expected));
});
