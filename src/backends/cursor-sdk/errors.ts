import type { GatewayErrorCode } from '../../core/error-specs.ts';
import type { RunFailure } from '../../core/run-event.ts';

/** What the SDK's error classes have in common; they are told apart by `name`, which survives bundling. */
export interface SdkErrorShape {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
  readonly status?: number | undefined;
}

/** What to say before Cursor's own words where they would not be understood alone. */
const INTRODUCTIONS: Partial<Record<GatewayErrorCode, string>> = {
  cursor_sign_in_required: 'CURSOR_API_KEY is invalid or expired. Cursor says',
  upstream_error: 'Cursor failed',
  upstream_unavailable: 'Cursor is unavailable',
  timeout: 'Cursor did not answer in time',
};

/** What to do, where Cursor's own words may not say it. */
const ADVICE: Partial<Record<GatewayErrorCode, string>> = {
  cursor_sign_in_required: 'Set a valid key in CURSOR_API_KEY, or run the command "Portside: Set Cursor API Key".',
  context_length_exceeded: 'Shorten the conversation, or choose a model with a larger context.',
  upstream_unavailable: 'Try again in a moment.',
  timeout: 'Try again.',
};

const toFailure = (code: GatewayErrorCode, text: string, introduction = INTRODUCTIONS[code]): RunFailure => {
  const words = text === '' ? 'no reason given' : text;
  const sentence = introduction === undefined ? toSentence(words) : `${introduction}: ${words}`;
  const advice = ADVICE[code];
  if (advice === undefined) return { code, message: sentence };
  return { code, message: `${sentence}${/[.!?…]$/u.test(sentence) ? '' : '.'} ${advice}` };
};

const toSentence = (words: string): string => (/^HTTP \d{3}$/u.test(words) ? `Cursor answered with ${words}` : words);

/**
 * Maps what the SDK throws from creating an agent and from its REST calls. Only these errors are typed; what happens in a
 * run is a string: see {@link fromRunError}.
 */
export const fromThrownError = (error: SdkErrorShape): RunFailure => {
  const { message, status } = error;
  if (isTooLong(message)) return toFailure('context_length_exceeded', message);
  switch (error.name) {
    case 'AuthenticationError':
      return status === 403 ? toFailure('permission_denied', message) : toFailure('cursor_sign_in_required', message);
    case 'RateLimitError':
      return toFailure('rate_limited', message);
    case 'AgentBusyError':
      return toFailure('conflict', message);
    case 'NetworkError':
      return status === undefined
        ? toFailure('upstream_error', `${message}. Check the network connection.`, 'Cursor could not be reached')
        : toFailure('upstream_unavailable', message);
    case 'ConfigurationError':
      if (error.code === 'unauthenticated') return toFailure('cursor_sign_in_required', message);
      if (isModelRefusal(message)) return toFailure('model_not_found', message);
      return toFailure(status === 404 ? 'not_found' : 'invalid_request', message);
    default: {
      const code = status === undefined ? undefined : CODE_BY_STATUS[status];
      return code === undefined ? fromRunError(message) : toFailure(code, message);
    }
  }
};

const CODE_BY_STATUS: Readonly<Record<number, GatewayErrorCode>> = {
  401: 'cursor_sign_in_required',
  403: 'permission_denied',
  429: 'rate_limited',
};

/**
 * Maps the text with which a run failed: `[code] message`, sometimes `[code] [cause] message`, or a title and a detail that
 * Cursor wrote for people. The codes are those of the Connect protocol (https://connectrpc.com/docs/protocol#error-codes).
 */
export const fromRunError = (text: string): RunFailure => {
  const { code, message } = splitRunError(text);
  if (isTooLong(message)) return toFailure('context_length_exceeded', message);
  switch (code) {
    case 'unauthenticated':
      return toFailure('cursor_sign_in_required', message);
    case 'permission_denied':
      return toFailure('permission_denied', message);
    case 'resource_exhausted':
      return toFailure('rate_limited', message);
    case 'invalid_argument':
    case 'failed_precondition':
    case 'out_of_range':
      return toFailure('invalid_request', message);
    case 'not_found':
      return toFailure(/\bmodel\b/iu.test(message) ? 'model_not_found' : 'not_found', message);
    case 'deadline_exceeded':
      return toFailure('timeout', message);
    case 'unavailable':
      // The SDK reports any refusing HTTP status but 401 in this way.
      return toFailure(message.includes('HTTP 429') ? 'rate_limited' : 'upstream_unavailable', message);
    case 'unknown':
      return fromKeywords(message, EXCHANGE_KEYWORDS);
    case null:
      return fromKeywords(message, KEYWORDS);
    default:
      return toFailure('upstream_error', message);
  }
};

/** Parts a run's error text. A code is `null` where Cursor sent a text for people instead. */
const splitRunError = (text: string): { readonly code: string | null; readonly message: string } => {
  const match = /^\[(\w+)\](?: \[\w+\])? ?/u.exec(text);
  return match === null
    ? { code: null, message: text.trim() }
    : { code: match[1] ?? null, message: text.slice(match[0].length).trim() };
};

/** The text of a failure without code, or of a failed key exchange, is all there is to tell its kind. First match wins. */
const EXCHANGE_KEYWORDS: readonly (readonly [RegExp, GatewayErrorCode])[] = [
  [
    /\blimit(?:s|ed)?\b|ratelimit|too many|slow down|quota|exhausted|usage.?(?:based )?pricing|out of (?:\w+ )?(?:requests|usage|credits)/iu,
    'rate_limited',
  ],
  [/server error/iu, 'upstream_error'],
  [
    /log(?:ged)? in|api key|unauthorized|sign(?:ed)? in|(?:token|session|key) (?:has )?expired/iu,
    'cursor_sign_in_required',
  ],
];

const KEYWORDS: typeof EXCHANGE_KEYWORDS = [
  [/^connection stalled/iu, 'timeout'],
  [/^stream ended without/iu, 'upstream_error'],
  ...EXCHANGE_KEYWORDS,
  [/\b(?:region|country)\b/iu, 'permission_denied'],
  // These name the model too, yet the model exists.
  [/overloaded|at capacity|provider/iu, 'upstream_unavailable'],
  [/\bmodel\b/iu, 'model_not_found'],
];

const fromKeywords = (message: string, keywords: typeof EXCHANGE_KEYWORDS): RunFailure => {
  const code = keywords.find(([pattern]) => pattern.test(message))?.[1];
  return toFailure(code ?? 'upstream_error', message);
};

const isTooLong = (message: string): boolean =>
  /\btoo long\b|context (?:length|window)|maximum context|too many tokens/iu.test(message);

/** Whether the account may not replace Cursor's system prompt. */
export const isSystemPromptRefusal = (text: string): boolean =>
  text.startsWith('[invalid_argument]') && /system.?prompt/iu.test(text);

/** Whether a key exchange failed within a run: the SDK keeps that failure and repeats it for every later run. */
export const isKeptFailure = (text: string): boolean => /^\[unknown\] (?!\[)/u.test(text);

/** Whether the SDK did not find the model in the account's list, which it keeps for as long as it lives. */
export const isModelRefusal = (text: string): boolean => text.startsWith('Cannot use this model');
