import type { RunRequest } from '../../core/run-request.ts';

/** What of a request is small, and needed for as long as its run goes on. */
export type RequestFacts = Pick<RunRequest, 'requestId' | 'apiKey' | 'agentId' | 'keepAgent'>;

/**
 * A request that is still to be sent. It can have 20 MB, and its run can wait for minutes for the results of tool calls: so
 * what is around a run holds this and never the request itself, nor reads it in a function that waits.
 */
export interface PendingRequest {
  readonly facts: RequestFacts;
  /** @throws Error after {@link drop} */
  read(): RunRequest;
  /** It will not be sent again. */
  drop(): void;
}

export const createPendingRequest = (request: RunRequest): PendingRequest => {
  const { requestId, apiKey, agentId, keepAgent } = request;
  let pending: RunRequest | null = request;
  return {
    facts: { requestId, apiKey, agentId, keepAgent },
    read() {
      if (pending === null) throw new Error('The request has been sent.');
      return pending;
    },
    drop() {
      pending = null;
    },
  };
};
