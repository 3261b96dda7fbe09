import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type PortsideProcess, startPortside } from '../../support/portside-process.ts';
import { createValidatingFetch } from '../../support/validating-fetch.ts';
import { withToken } from '../../support/with-token.ts';

/** A server of the test file's own, and what official clients need to reach it. */
export interface Clients {
  readonly portside: PortsideProcess;
  readonly openai: OpenAI;
  /** The global `fetch`: what comes through it is checked against OpenAI's schemas. */
  readonly clientFetch: typeof globalThis.fetch;
  /** Checks what came over a WebSocket in the same way. */
  readonly noteFrames: ReturnType<typeof createValidatingFetch>['noteFrames'];
  /** A POST to Chat Completions with the access token, for what no client would send. */
  readonly post: (body: object) => Promise<Response>;
  /** `X-Portside-Conversation` of each answer that had it, since the last call. */
  readonly takeConversations: () => readonly string[];
}

/**
 * Starts one server for all tests of a file. After each test, everything that came from it must have been valid.
 *
 * @returns a function, since there is no server before the first test
 */
export const useClients = (): (() => Clients) => {
  const validating = createValidatingFetch();
  const conversations: string[] = [];
  const clientFetch: Clients['clientFetch'] = async (input, init) => {
    const response = await validating.fetch(input, init);
    const conversation = response.headers.get('x-portside-conversation');
    if (conversation !== null) conversations.push(conversation);
    return response;
  };
  let clients: Clients | undefined;

  beforeAll(async () => {
    const portside = await startPortside();
    const { baseUrl: baseURL, token: apiKey } = portside;
    clients = {
      portside,
      openai: new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 30_000, fetch: clientFetch }),
      clientFetch,
      noteFrames: (where, frames) => validating.noteFrames(where, frames),
      post: (body) =>
        clientFetch(`${baseURL}/chat/completions`, withToken(apiKey, { method: 'POST', body: JSON.stringify(body) })),
      takeConversations: () => conversations.splice(0),
    };
  });
  afterEach(() => {
    conversations.length = 0;
    const { problems, count } = validating.takeFindings();
    expect(problems).toEqual([]);
    expect(count).toBeGreaterThan(0);
  });
  afterAll(async () => {
    await clients?.portside[Symbol.asyncDispose]();
  });
  return () => {
    if (clients === undefined) throw new Error('The server runs during tests only.');
    return clients;
  };
};
