import type { oas31 } from 'zod-openapi';

const text = (name: string, description: string, example?: string): oas31.ParameterObject => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
  ...(example !== undefined && { example }),
});

/** The headers of requests. */
export const REQUEST_HEADERS = {
  RequestId: text('X-Request-ID', 'A name of your own for the request. It comes back as it is and stands in the log.'),
  TraceParent: text('traceparent', 'The W3C trace that the request belongs to; it is passed on to Cursor.'),
  Account: text('X-Portside-Account', 'The Cursor account to use, by its name in Portside.'),
  SessionId: text(
    'X-Cursor-Session-ID',
    'A named session: the server keeps the conversation, so that only new messages need to be sent.',
  ),
  SessionAffinity: text(
    'X-Session-Affinity',
    'Your own name of the session that the request belongs to. It helps to find the conversation that it goes on.',
  ),
  IdempotencyKey: text(
    'Idempotency-Key',
    'The same request under the same key runs once within an hour; the second is given the answer of the first.',
  ),
  AnthropicVersion: text(
    'anthropic-version',
    "As Anthropic's clients send it. It makes `/v1/models` answer in Anthropic's form, and any version is taken.",
  ),
  AnthropicBeta: text('anthropic-beta', "As Anthropic's clients send it. It has no effect."),
} as const satisfies Record<string, oas31.ParameterObject>;

export type HeaderName = keyof typeof REQUEST_HEADERS;

/** What a request for an answer of a model may bring. */
export const RUN_HEADERS: readonly HeaderName[] = [
  'RequestId',
  'TraceParent',
  'Account',
  'SessionId',
  'SessionAffinity',
  'IdempotencyKey',
];

/** What any other request may bring. */
export const PLAIN_HEADERS: readonly HeaderName[] = ['RequestId', 'Account'];

const told = (description: string): oas31.HeaderObject => ({ description, schema: { type: 'string' } });

/** The headers of answers. */
export const ANSWER_HEADERS = {
  'X-Request-ID': told('The id of the request, as it stands in the log.'),
  'X-Portside-Model': told('The model that answers, where it is another than the one that was named.'),
  'X-Portside-Conversation': told('How the request was placed: `new`, `continued`, `resumed-tools` or `rebuilt`.'),
  'X-Portside-Ignored': told('The fields that had no effect, divided by commas.'),
  'Idempotent-Replayed': told('`true` where the answer is the one that an earlier request of the same key was given.'),
} as const satisfies Record<string, oas31.HeaderObject>;
