import Anthropic from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { checkMessageStream } from './check-message-stream.ts';
import { type PortsideOptions, type PortsideProcess, startPortside } from './portside-process.ts';

/** A server of the test file's own, and Anthropic's official client on it. */
export interface AnthropicContract {
  readonly portside: PortsideProcess;
  readonly anthropic: Anthropic;
  /** The answers since the last call, oldest first. */
  readonly takeAnswers: () => readonly { readonly path: string; readonly status: number; readonly headers: Headers }[];
  /** `X-Portside-Conversation` of those that had it. */
  readonly takeConversations: () => readonly string[];
}

/**
 * Starts one server for all tests of a file. After each test, every stream that came to its end must have kept to the grammar,
 * and every error must have Anthropic's form.
 *
 * @returns a function, since there is no server before the first test
 */
export const useAnthropic = (options: PortsideOptions = {}): (() => AnthropicContract) => {
  const answers: { path: string; status: number; headers: Headers }[] = [];
  const checks: Promise<string | null>[] = [];
  let contract: AnthropicContract | undefined;

  const checkingFetch: typeof globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init);
    const { status, headers } = response;
    answers.push({ path: new URL(response.url).pathname, status, headers });
    checks.push(findProblem(response.clone()));
    return response;
  };
  const takeAnswers: AnthropicContract['takeAnswers'] = () => answers.splice(0);

  beforeAll(async () => {
    const portside = await startPortside(options);
    const anthropic = new Anthropic({
      baseURL: portside.url,
      apiKey: portside.token,
      maxRetries: 0,
      timeout: 30_000,
      fetch: checkingFetch,
    });
    contract = {
      portside,
      anthropic,
      takeAnswers,
      takeConversations: () => takeAnswers().flatMap(({ headers }) => headers.get('x-portside-conversation') ?? []),
    };
  });
  afterEach(async () => {
    answers.length = 0;
    const problems = await Promise.all(checks.splice(0));
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
  });
  afterAll(async () => {
    await contract?.portside[Symbol.asyncDispose]();
  });
  return () => {
    if (contract === undefined) throw new Error('The server runs during tests only.');
    return contract;
  };
};

const findProblem = async (response: Response): Promise<string | null> => {
  let text: string;
  try {
    text = await response.text();
  } catch {
    // The client has hung up.
    return null;
  }
  try {
    if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) checkMessageStream(text);
    else if (!response.ok) checkError(response, JSON.parse(text));
    return null;
  } catch (error) {
    return `${String(error)} in ${text}`;
  }
};

const checkError = ({ headers }: Response, body: unknown): void => {
  expect(body).toMatchObject({
    type: 'error',
    error: { type: expect.stringMatching(/_(?:error|large)$/), message: expect.stringMatching(/./) },
    request_id: headers.get('request-id'),
  });
};
