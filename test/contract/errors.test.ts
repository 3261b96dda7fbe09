import {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import { describe, expect, test } from 'vitest';
import { useContract } from '../support/contract-client.ts';
import { parseSse } from '../support/parse-sse.ts';
import type { Steps } from '../support/simulator-control.ts';

const contract = useContract();

type FailStep = Extract<Steps[number], { fail: unknown }>;
type Kind = {
  readonly status: number;
  readonly type: string;
  readonly class: abstract new (...args: never[]) => APIError;
  readonly code?: string;
};

const KINDS = {
  badRequest: { status: 400, type: 'invalid_request_error', class: BadRequestError },
  authentication: { status: 401, type: 'authentication_error', class: AuthenticationError },
  permission: { status: 403, type: 'permission_error', class: PermissionDeniedError },
  notFound: { status: 404, type: 'invalid_request_error', class: NotFoundError },
  rateLimit: { status: 429, type: 'rate_limit_error', class: RateLimitError },
  server: { status: 502, type: 'server_error', class: InternalServerError },
  unavailable: { status: 503, type: 'service_unavailable', class: InternalServerError },
  timeout: { status: 504, type: 'timeout_error', class: InternalServerError, code: 'timeout' },
} as const satisfies Record<string, Kind>;

const ask = () => ({ model: 'composer-2.5', messages: [{ role: 'user' as const, content: 'Go' }] });

/** What the official client throws, with the text that came before it. */
const fail = async (steps: Steps, stream: boolean): Promise<{ error: unknown; text: string }> => {
  const { openai, portside } = contract();
  await portside.simulator.setScenario(steps);
  let text = '';
  try {
    if (!stream) return { error: await openai.chat.completions.create(ask()), text };
    for await (const chunk of await openai.chat.completions.create({ ...ask(), stream: true }))
      text += chunk.choices[0]?.delta.content ?? '';
    return { error: null, text };
  } catch (error) {
    return { error, text };
  }
};

const rows: readonly { name: string; fail: FailStep['fail']; kind: Kind; says?: RegExp }[] = [
  ...(
    [
      ['resource_exhausted', KINDS.rateLimit],
      ['unavailable', KINDS.unavailable],
      ['unauthenticated', KINDS.authentication],
      ['permission_denied', KINDS.permission],
      ['invalid_argument', KINDS.badRequest],
      ['failed_precondition', KINDS.badRequest],
      ['out_of_range', KINDS.badRequest],
      ['not_found', KINDS.notFound],
      ['deadline_exceeded', KINDS.timeout],
      ['internal', KINDS.server],
      ['unknown', KINDS.server],
      ['aborted', KINDS.server],
      ['canceled', KINDS.server],
      ['already_exists', KINDS.server],
      ['unimplemented', KINDS.server],
      ['data_loss', KINDS.server],
    ] as const
  ).map(([code, kind]) => ({
    name: code,
    fail: { code, message: 'The pigeon came back.' },
    kind,
    says: /The pigeon came back/,
  })),
  {
    name: 'a rate limit in Cursor’s own words',
    fail: {
      code: 'resource_exhausted',
      message: 'Try again at noon.',
      error: 50,
      title: 'Rate limited',
      retryable: false,
    },
    kind: KINDS.rateLimit,
    says: /Rate limited.*Try again at noon\./,
  },
  {
    name: 'a usage limit in Cursor’s own words',
    fail: { code: 'resource_exhausted', message: 'It resets on Monday.', error: 10, title: 'Usage limit reached' },
    kind: KINDS.rateLimit,
    says: /resets on Monday/,
  },
  {
    name: 'a limit that may be tried again',
    fail: { code: 'resource_exhausted', message: 'Busy.', error: 14, title: 'Too many requests', retryable: true },
    kind: KINDS.rateLimit,
  },
  {
    name: 'a lost sign-in in Cursor’s own words',
    fail: {
      code: 'unauthenticated',
      message: 'Please log in again.',
      error: 2,
      title: 'Not logged in',
      retryable: false,
    },
    kind: KINDS.authentication,
    says: /log in again/,
  },
  {
    name: 'a bad API key in Cursor’s own words',
    fail: { code: 'unauthenticated', message: 'It was revoked.', error: 1, title: 'Bad API key', retryable: false },
    kind: KINDS.authentication,
  },
  {
    name: 'a conversation that is too long',
    fail: {
      code: 'invalid_argument',
      message: 'Start a new one.',
      error: 43,
      title: 'Conversation too long',
      retryable: false,
    },
    kind: { ...KINDS.badRequest, code: 'context_length_exceeded' },
  },
  {
    name: 'any other words for people',
    fail: { code: 'internal', message: 'The pigeon left.', error: 29, title: 'Sorry', retryable: false },
    kind: KINDS.server,
    says: /Sorry.*The pigeon left/,
  },
];

describe.each(rows)('$name', ({ fail: step, kind, says }) => {
  const expected = {
    status: kind.status,
    type: kind.type,
    code: kind.code ?? expect.toSatisfy((code: unknown) => code === null || typeof code === 'string'),
    param: null,
    message: expect.stringMatching(says ?? /\S/),
  };

  test.each([{ stream: false }, { stream: true }])('before any output (stream: $stream)', async ({ stream }) => {
    const { error, text } = await fail([{ fail: step }], stream);
    expect(error).toBeInstanceOf(kind.class);
    expect(error).toMatchObject(expected);
    expect((error as APIError).requestID).toMatch(/\S/);
    expect(text).toBe('');
  });

  test('after some text of a stream', async () => {
    const { error, text } = await fail([{ text: 'So far' }, { fail: step }], true);
    expect(text).toBe('So far');
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ ...expected, status: undefined });
    expect(await contract().portside.simulator.onlyRun()).toMatchObject({ status: 'failed' });
  });
});

describe('after some text', () => {
  const steps: Steps = [{ text: 'So far' }, { fail: { code: 'resource_exhausted', message: 'No more today.' } }];

  test('a JSON answer fails as a whole', async () => {
    const { error } = await fail(steps, false);
    expect(error).toBeInstanceOf(RateLimitError);
    expect((error as Error).message).not.toContain('So far');
  });

  test('the error is the last frame of the stream, and the connection ends', async () => {
    const { portside, fetch } = contract();
    await portside.simulator.setScenario(steps);
    const body = JSON.stringify({ ...ask(), stream: true });
    const response = await fetch('/v1/chat/completions', { method: 'POST', body });
    const data = parseSse(await response.text());
    expect(response.status).toBe(200);
    expect(JSON.parse(data.at(-1) ?? '')).toEqual({
      error: {
        message: expect.stringContaining('No more today.'),
        type: 'rate_limit_error',
        param: null,
        code: expect.any(String),
      },
    });
    expect(data.filter((line) => line.startsWith('{"error"'))).toHaveLength(1);
  });
});

describe('a lost connection upstream', () => {
  test.each([
    { name: 'before any output', steps: [{ drop: true }] as Steps, stream: false, said: '' },
    { name: 'before any output of a stream', steps: [{ drop: true }] as Steps, stream: true, said: '' },
    { name: 'within a JSON answer', steps: [{ text: 'Half' }, { drop: true }] as Steps, stream: false, said: '' },
    { name: 'within a stream', steps: [{ text: 'Half' }, { drop: true }] as Steps, stream: true, said: 'Half' },
  ])('$name', async ({ steps, stream, said }) => {
    const { error, text } = await fail(steps, stream);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ type: 'server_error', param: null });
    expect((error as APIError).status).toBe(said === '' ? 502 : undefined);
    expect(text).toBe(said);
    expect(await contract().portside.simulator.onlyRun()).toMatchObject({ status: 'failed' });
  });
});

test.each([
  { model: 'composer-2', nearest: 'composer-2.5' },
  { model: 'claude-opus', nearest: 'claude-opus-4.5' },
  { model: 'gpt-4o', nearest: 'gpt-' },
])('the unknown model $model starts no run', async ({ model, nearest }) => {
  const { openai, portside } = contract();
  await portside.simulator.setScenario([{ text: 'ok' }]);
  for (const stream of [false, true]) {
    const error: unknown = await openai.chat.completions
      .create({ ...ask(), model, stream })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({
      status: 404,
      type: 'invalid_request_error',
      code: 'model_not_found',
      param: 'model',
    });
    expect((error as Error).message).toContain(nearest);
  }
  expect(await portside.simulator.runs()).toEqual([]);
});

describe('requests that cannot be served', () => {
  test.each<{ name: string; body: object; status: number; param: string | null }>([
    { name: 'no messages', body: {}, status: 422, param: 'messages' },
    { name: 'empty messages', body: { messages: [] }, status: 422, param: 'messages' },
    {
      name: 'an unknown role',
      body: { messages: [{ role: 'robot', content: 'x' }] },
      status: 422,
      param: 'messages[0].role',
    },
    { name: 'n of 9', body: { ...ask(), n: 9 }, status: 400, param: 'n' },
    {
      name: 'a broken picture',
      body: {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
        ],
      },
      status: 400,
      param: 'messages[0].content[0].image_url.url',
    },
  ])('$name', async ({ body, status, param }) => {
    const { portside, fetch } = contract();
    await portside.simulator.setScenario([{ text: 'ok' }]);
    const response = await fetch('/v1/chat/completions', { method: 'POST', body: JSON.stringify(body) });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param } });
    expect(await portside.simulator.runs()).toEqual([]);
  });

  test('a wrong access token', async () => {
    const { openai } = contract();
    const error: unknown = await openai
      .withOptions({ apiKey: 'sk-wrong' })
      .chat.completions.create(ask())
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ type: 'authentication_error' });
  });
});
