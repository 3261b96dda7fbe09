import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type PortsideOptions, type PortsideProcess, startPortside } from './portside-process.ts';
import { createValidatingFetch } from './validating-fetch.ts';
import { type PlainRequest, withToken } from './with-token.ts';

/** The official client on a server of the test file's own. */
export interface Contract {
  readonly portside: PortsideProcess;
  readonly openai: OpenAI;
  /** `fetch` with the access token, for what the client would not send. */
  readonly fetch: (path: string, init?: PlainRequest) => Promise<Response>;
}

/**
 * Starts one server for all tests of a file. After each test, everything that came from it must have been valid by OpenAI's
 * own schemas.
 *
 * @returns a function, since there is no server before the first test
 */
export const useContract = (readOptions: () => PortsideOptions = () => ({})): (() => Contract) => {
  const validating = createValidatingFetch();
  let contract: Contract | undefined;

  beforeAll(async () => {
    const portside = await startPortside(readOptions());
    const openai = new OpenAI({
      baseURL: portside.baseUrl,
      apiKey: portside.token,
      maxRetries: 0,
      timeout: 30_000,
      fetch: (input, init) => validating.fetch(input, init),
    });
    const fetchWithToken: Contract['fetch'] = (path, init) =>
      validating.fetch(`${portside.url}${path}`, withToken(portside.token, init));
    contract = { portside, openai, fetch: fetchWithToken };
  });
  afterEach(() => {
    const { problems, count } = validating.takeFindings();
    expect(problems).toEqual([]);
    expect(count).toBeGreaterThan(0);
  });
  afterAll(async () => {
    await contract?.portside[Symbol.asyncDispose]();
  });
  return () => {
    if (contract === undefined) throw new Error('The server runs during tests only.');
    return contract;
  };
};
