import { Code, ConnectError, type ConnectRouter, createContextKey, type HandlerContext } from '@connectrpc/connect';
import type { Accounts } from './accounts.ts';
import { type AgentLink, createAgentLink } from './agent-link.ts';
import { createAppendChannels } from './append-channels.ts';
import { type AgentClientMessage, type AgentServerMessage, AgentService } from './generated/agent_pb.ts';
import { BidiService } from './generated/aiserver_pb.ts';
import { performRun, type RunEnvironment } from './perform-run.ts';

/** Where the HTTP layer leaves a way to break off the connection of a call without an end. */
export const dropConnectionKey = createContextKey<() => void>(() => undefined);

/** Adds the agent streams: `Run` over HTTP/2, `RunSSE` with `BidiAppend` over HTTP/1.1. */
export function addAgentService(router: ConnectRouter, environment: RunEnvironment, accounts: Accounts): void {
  const channels = createAppendChannels();

  async function* serve(
    link: AgentLink,
    requestId: string,
    apiKeyHash: string,
    context: HandlerContext,
  ): AsyncGenerator<AgentServerMessage> {
    const allowedTools = context.requestHeader.get('x-cursor-agent-allowed-tools');
    const run = performRun(environment, {
      link,
      requestId,
      apiKeyHash,
      isBusy: accounts.isBusy(apiKeyHash),
      allowedTools: allowedTools === null ? null : allowedTools.split(',').flatMap((each) => each.trim() || []),
      traceparent: context.requestHeader.get('traceparent'),
      tracestate: context.requestHeader.get('tracestate'),
      drop: context.values.get(dropConnectionKey),
    });
    yield* link.outgoing;
    await run;
  }

  router.service(AgentService, {
    async *run(messages, context) {
      const apiKeyHash = requireApiKeyHash(accounts, context);
      const link = createAgentLink(context.signal);
      // The run ends when its answer does, whether or not the client has closed its half; a client that goes aborts the signal.
      receiveAll(messages, link).catch(() => undefined);
      yield* serve(link, context.requestHeader.get('x-request-id') ?? '', apiKeyHash, context);
    },
    async *runSSE({ requestId }, context) {
      const apiKeyHash = requireApiKeyHash(accounts, context);
      const link = createAgentLink(context.signal);
      const detach = channels.attach(requestId, (message) => {
        link.receive(message);
      });
      try {
        yield* serve(link, requestId, apiKeyHash, context);
      } finally {
        detach();
      }
    },
  });
  router.service(BidiService, {
    bidiAppend({ requestId, appendSeqno, data }, context) {
      requireApiKeyHash(accounts, context);
      channels.append(requestId?.requestId ?? '', appendSeqno, data);
      return {};
    },
  });
}

/** @throws ConnectError `unauthenticated` where the access token is not one that was handed out */
function requireApiKeyHash(accounts: Accounts, context: HandlerContext): string {
  const apiKeyHash = accounts.apiKeyHashOf(context.requestHeader.get('authorization'));
  if (apiKeyHash === null) throw new ConnectError('The access token is not valid', Code.Unauthenticated);
  return apiKeyHash;
}

async function receiveAll(messages: AsyncIterable<AgentClientMessage>, link: AgentLink): Promise<void> {
  for await (const message of messages) link.receive(message);
}
