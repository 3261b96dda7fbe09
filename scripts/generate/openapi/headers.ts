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
  RequestId: text(
    'X-Request-ID',
    'A name of your own for the request. It comes back as it is; in logs it is cut and redacted.',
  ),
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
  'X-Request-ID': told('The id of the request, as it came or a new one; in logs it is cut and redacted.'),
  'request-id': told("The same, where Anthropic's clients look for it."),
  'X-Portside-Model': told('The model that answers, where it is another than the one that was named.'),
  'X-Portside-Conversation': told('How the request was placed: `new`, `continued`, `resumed-tools` or `rebuilt`.'),
  'X-Portside-Ignored': told('The fields that had no effect, divided by commas.'),
  'X-Cursor-Session-ID': told('The named session of the request, where it has one.'),
  'Idempotent-Replayed': told('`true` where the answer is the one that an earlier request of the same key was given.'),
  'Retry-After': {
    description: 'Seconds after which to try again, where that is known.',
    schema: { type: 'integer' },
  },
  'X-Should-Retry': {
    description: '`false` where the same request would fail again, which the official clients obey.',
    schema: { type: 'string', const: 'false' },
  },
  'WWW-Authenticate': told('What a token is sent by, where the one of the request is refused.'),
} as const satisfies Record<string, oas31.HeaderObject>;

export type AnswerHeaderName = keyof typeof ANSWER_HEADERS;

/** What is told of a run, also where it fails later. */
export const RUN_ANSWER_HEADERS: readonly AnswerHeaderName[] = [
  'X-Portside-Model',
  'X-Portside-Conversation',
  'X-Portside-Ignored',
  'X-Cursor-Session-ID',
];

/** References to headers, as a response of the document has them. */
export const toHeaderReferences = (names: readonly AnswerHeaderName[]): Record<string, oas31.ReferenceObject> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
