import { GatewayError } from '../core/gateway-error.ts';
import type { Connection, ConnectTool } from './connect-tool.ts';
import { explainNoAnswer, explainStatus } from './probe/explain-failure.ts';
import { toServerRoot } from './server-root.ts';

export interface ProbeOptions {
  readonly tool: ConnectTool;
  /** With the base URL that is right from here, also for a tool in a container. */
  readonly connection: Connection;
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
}

/** What came back. */
export interface ProbeResult {
  readonly answer: string;
  /** The model that answered, as the server names it. */
  readonly model: string;
}

/** A model that thinks takes its time, even for one word. */
const PATIENCE_MS = 120_000;

/**
 * Sends one request as the tool would.
 *
 * @throws GatewayError that says in a sentence what failed and what to do; the reason of `signal` where that was aborted
 */
export const runProbe = async ({ tool, connection, fetch, signal }: ProbeOptions): Promise<ProbeResult> => {
  const probe = tool.probe(connection);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const ask = async (path: string, init: Pick<RequestInit, 'method' | 'headers' | 'body'>): Promise<string> => {
    const url = path.startsWith('//')
      ? `${toServerRoot(connection.baseUrl)}${path.slice(1)}`
      : `${connection.baseUrl}${path}`;
    let response: Response;
    let body: string;
    try {
      response = await fetch(url, {
        ...init,
        // The token is for this server alone.
        redirect: 'error',
        signal: AbortSignal.any([signal, patience]),
      });
      body = await response.text();
    } catch (error) {
      signal.throwIfAborted();
      if (patience.aborted) {
        throw new GatewayError('timeout', `There was no whole answer within ${PATIENCE_MS / 1000} seconds.`);
      }
      throw explainNoAnswer(error, url);
    }
    if (response.status !== 200) {
      // Only who is not let in is asked to say who they are: Cursor may refuse a key of the server's with the same status.
      throw explainStatus({
        status: response.status,
        body,
        url,
        isTokenRefused: response.headers.has('WWW-Authenticate'),
      });
    }
    return body;
  };
  if (probe.list !== undefined) {
    const { Authorization: authorization = '', 'User-Agent': userAgent = '' } = probe.headers;
    probe.list.check(
      await ask(probe.list.path, {
        method: 'GET',
        headers: { Authorization: authorization, Accept: 'application/json', 'User-Agent': userAgent },
      }),
    );
  }
  const body = await ask(probe.path, {
    method: probe.method,
    headers: probe.headers,
    body: JSON.stringify(probe.body),
  });
  return { answer: probe.readAnswer(body), model: probe.readModel(body) ?? connection.model };
};
