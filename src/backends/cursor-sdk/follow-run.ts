import { CancellationTokenSource, ErrorCodes, ResponseError } from 'vscode-jsonrpc';
import type { Logger } from '../../core/logger.ts';
import type { RunEvent } from '../../core/run-event.ts';
import { redactText } from '../../core/secret-forms.ts';
import type { BridgeProcess } from './bridge-process.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';
import type { KeptAgentIds } from './kept-agent-ids.ts';
import type { PendingRequest } from './pending-request.ts';
import { releaseAgentsNotification, runContentNotification, runRequest, type RunResult } from './protocol.ts';
import { tellBridge } from './tell-bridge.ts';

/** The events of a run on their way to its consumer; `null` where there will be no more. */
export interface RunInProgress {
  readonly bridge: BridgeProcess;
  readonly queue: EventQueue<RunEvent | null>;
}

/** A process was lost with the requests in it. `reason` is a sentence. */
export const toUnavailable = (reason: string): RunEvent => ({
  type: 'run-error',
  error: {
    code: 'bridge_unavailable',
    message: `The process that holds the Cursor SDK was lost: ${reason} It is restarted by itself; try again.`,
  },
});

/**
 * Runs a request in a process and yields its events. They queue up while nobody pulls. Leaving the iteration and aborting
 * `signal` cancel the run at once, the latter also while nobody pulls.
 */
export async function* followRun(options: {
  readonly bridge: BridgeProcess;
  readonly runKey: number;
  /** Dropped as soon as it is sent. */
  readonly request: PendingRequest;
  readonly signal: AbortSignal;
  /** Where the run is listed while it is under way, by its key. */
  readonly runs: Map<number, RunInProgress>;
  readonly keptAgents: KeptAgentIds;
  readonly logger: Logger;
}): AsyncGenerator<RunEvent, void, void> {
  const { bridge, keptAgents, logger, request, runKey, runs, signal } = options;
  const { facts } = request;
  const queue = createEventQueue<RunEvent | null>();
  const cancellation = new CancellationTokenSource();
  let agentId: string | null = null;
  let keptAgentId: string | null = null;
  let isOver = false;
  let hasLeft = false;

  /** Where the consumer has left before it saw the end of a run that ended well, nobody knows of the agent. */
  const releaseUnknown = () => {
    if (keptAgentId === null || isOver || !hasLeft) return;
    const agentIds = [keptAgentId];
    tellBridge(bridge, (connection) => connection.sendNotification(releaseAgentsNotification, { agentIds }));
  };
  const leave = () => {
    if (hasLeft) return;
    hasLeft = true;
    releaseUnknown();
    signal.removeEventListener('abort', abort);
    runs.delete(runKey);
    if (!isOver) cancellation.cancel();
    cancellation.dispose();
  };
  // At once and not at the next pull: a consumer that waits for tool results does not pull.
  const abort = () => {
    leave();
    queue.push([null]);
  };
  const settle = (result: RunResult) => {
    ({ keptAgentId } = result);
    if (keptAgentId === null && agentId !== null) keptAgents.remove(agentId);
    releaseUnknown();
  };
  const fail = async (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    logger.debug(`A run lost its bridge: ${reason}`, { requestId: redactText(facts.requestId) });
    if (error instanceof ResponseError && error.code !== ErrorCodes.PendingResponseRejected) {
      queue.push([toUnavailable('it failed to take a request.')]);
    }
    // Where the process has ended, the reason comes from there.
    await bridge.ended;
    queue.push([toUnavailable('the connection to it broke.')]);
  };
  // Async, so that a connection which is already closed rejects as one that closes later does.
  const send = async () => {
    const content = { runKey, request: request.read() };
    request.drop();
    // Where this fails, so does the request.
    tellBridge(bridge, (connection) => connection.sendNotification(runContentNotification, content));
    return bridge.connection.sendRequest(runRequest, { runKey }, cancellation.token);
  };

  signal.addEventListener('abort', abort, { once: true });
  runs.set(runKey, { bridge, queue });
  if (facts.agentId !== null) keptAgents.remove(facts.agentId);
  send().then(settle, fail);
  try {
    for (;;) {
      for (const event of await queue.take()) {
        if (event === null || signal.aborted) return;
        if (event.type === 'run-start') ({ agentId } = event);
        isOver = isEndOfRun(event);
        if (event.type === 'run-end' && isOver && facts.keepAgent && agentId !== null) {
          keptAgents.add(bridge, agentId);
        }
        // Not only at the next pull: a consumer that has seen the end may not come back.
        if (isOver) leave();
        yield event;
        if (isOver) return;
      }
    }
  } finally {
    leave();
  }
}

const isEndOfRun = (event: RunEvent): boolean =>
  event.type === 'run-error' || (event.type === 'run-end' && event.finishReason !== 'tool_calls');
