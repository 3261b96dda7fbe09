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
  const url = probe.path.startsWith('//')
    ? `${toServerRoot(connection.baseUrl)}${probe.path.slice(1)}`
    : `${connection.baseUrl}${probe.path}`;
  const patience = AbortSignal.timeout(PATIENCE_MS);
  let status: number;
  let body: string;
  try {
    const response = await fetch(url, {
      method: probe.method,
      headers: probe.headers,
      body: JSON.stringify(probe.body),
      // The token is for this server alone.
      redirect: 'error',
      signal: AbortSignal.any([signal, patience]),
    });
    status = response.status;
    body = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    if (patience.aborted) {
      throw new GatewayError('timeout', `There was no whole answer within ${PATIENCE_MS / 1000} seconds.`);
    }
    throw explainNoAnswer(error, url);
  }
  if (status !== 200) throw explainStatus(status, body, url);
  return { answer: probe.readAnswer(body), model: probe.readModel(body) ?? connection.model };
};
