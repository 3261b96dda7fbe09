import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  type AgentClientMessage,
  type AgentRunRequest,
  type AgentServerMessage,
  AgentServerMessageSchema,
  type ExecClientMessage,
  type ExecServerMessageSchema,
  type InteractionUpdateSchema,
  type KvClientMessage,
} from './generated/agent_pb.ts';
import { createOutgoingQueue } from './outgoing-queue.ts';

type Update = NonNullable<MessageInitShape<typeof InteractionUpdateSchema>['message']>;
type ExecQuestion = NonNullable<MessageInitShape<typeof ExecServerMessageSchema>['message']>;
type ServerMessage = NonNullable<MessageInitShape<typeof AgentServerMessageSchema>['message']>;

/** What the client answered to an exec: a result, or that it could not. */
export type ExecAnswer =
  | ExecClientMessage['message']
  | { readonly case: 'throw'; readonly value: { readonly error: string } };

/**
 * One agent stream, whatever transport it runs over: typed questions and answers instead of messages.
 * Everything here throws the signal's reason once the client has gone.
 */
export interface AgentLink {
  /** Aborted when the client goes. */
  readonly signal: AbortSignal;
  /** What goes out, for the transport to read. */
  readonly outgoing: AsyncIterable<AgentServerMessage>;
  /** Takes one message of the client. */
  receive(message: AgentClientMessage): void;
  /** Resolves with the message that opens a run. */
  runRequest(): Promise<AgentRunRequest>;
  /** Sends an update. Where the client lags behind, returns a promise to wait for before the next one. */
  update(update: Update): Promise<void> | undefined;
  checkpoint(state: Extract<ServerMessage, { case: 'conversationCheckpointUpdate' }>['value']): void;
  /** Asks the client to execute something and waits for the answer. */
  exec(question: ExecQuestion): Promise<ExecAnswer>;
  /** Reads a blob that the client keeps. @throws ConnectError where it has none of this id */
  getBlob(id: Uint8Array): Promise<Uint8Array>;
  /** Gives the client a blob to keep. The id is the SHA-256 of the data; `stored` resolves when the client has it. */
  setBlob(data: Uint8Array): { readonly id: Uint8Array; readonly stored: Promise<void> };
  /** Resolves when the client has taken in everything sent so far, or does not say so in time. */
  settled(): Promise<void>;
  /** Sends nothing more, heartbeats included, and leaves the stream open. */
  mute(): void;
  /** Ends the stream, with an error or without. */
  end(error?: unknown): void;
}

const HEARTBEAT_INTERVAL_MS = 5_000;
const SETTLE_TIMEOUT_MS = 1_000;

export function createAgentLink(signal: AbortSignal): AgentLink {
  const queue = createOutgoingQueue<AgentServerMessage>();
  const opened = Promise.withResolvers<AgentRunRequest>();
  const execs = new Map<number, PromiseWithResolvers<ExecAnswer>>();
  const blobs = new Map<number, PromiseWithResolvers<KvClientMessage['message']>>();
  let isMuted = false;
  let lastId = 0;

  const send = (message: ServerMessage): Promise<void> | undefined => {
    signal.throwIfAborted();
    return isMuted ? undefined : queue.push(create(AgentServerMessageSchema, { message }));
  };
  const heartbeat = (): void => {
    void send({ case: 'interactionUpdate', value: { message: { case: 'heartbeat', value: {} } } });
  };
  const ask = <T>(
    pending: Map<number, PromiseWithResolvers<T>>,
    message: (id: number) => ServerMessage,
  ): Promise<T> => {
    const id = ++lastId;
    const answer = Promise.withResolvers<T>();
    pending.set(id, answer);
    void send(message(id));
    return answer.promise.finally(() => pending.delete(id));
  };
  const askForBlob = async (message: (id: number) => ServerMessage, expected: KvClientMessage['message']['case']) => {
    const answer = await ask(blobs, message);
    if (answer.case === expected && answer.value?.error === undefined) return answer;
    const reason = answer.value?.error?.message ?? 'no answer of the kind';
    throw new ConnectError(
      `The client failed a ${expected === 'getBlobResult' ? 'read' : 'write'} of a blob: ${reason}`,
      Code.Internal,
    );
  };

  const setBlob: AgentLink['setBlob'] = (blobData) => {
    const blobId = new Uint8Array(createHash('sha256').update(blobData).digest());
    const stored = askForBlob(
      (id) => ({
        case: 'kvServerMessage',
        value: { id, message: { case: 'setBlobArgs', value: { blobId, blobData } } },
      }),
      'setBlobResult',
    );
    return { id: blobId, stored: stored.then(() => undefined) };
  };

  const timer = setInterval(heartbeat, HEARTBEAT_INTERVAL_MS);
  timer.unref();
  const close = (error?: unknown): void => {
    clearInterval(timer);
    queue.end(error);
  };
  // A promise that nobody waits for yet must not become an unhandled rejection.
  opened.promise.catch(() => undefined);
  signal.addEventListener(
    'abort',
    () => {
      for (const each of [opened, ...execs.values(), ...blobs.values()]) each.reject(signal.reason);
      close();
    },
    { once: true },
  );
  heartbeat();

  return {
    signal,
    outgoing: queue,
    receive({ message }) {
      switch (message.case) {
        case 'runRequest':
          opened.resolve(message.value);
          break;
        case 'execClientMessage':
          execs.get(message.value.id)?.resolve(message.value.message);
          break;
        case 'execClientControlMessage':
          if (message.value.message.case !== 'throw') break;
          execs.get(message.value.message.value.id)?.resolve(message.value.message);
          break;
        case 'kvClientMessage':
          blobs.get(message.value.id)?.resolve(message.value.message);
          break;
        case 'conversationAction':
        case 'clientHeartbeat':
        case 'prewarmRequest':
        case undefined:
          break;
      }
    },
    runRequest: () => opened.promise,
    update: (update) => send({ case: 'interactionUpdate', value: { message: update } }),
    checkpoint(state) {
      void send({ case: 'conversationCheckpointUpdate', value: state });
    },
    exec: (question) =>
      ask(execs, (id) => ({ case: 'execServerMessage', value: { id, execId: `exec-${id}`, message: question } })),
    async getBlob(blobId) {
      const answer = await askForBlob(
        (id) => ({ case: 'kvServerMessage', value: { id, message: { case: 'getBlobArgs', value: { blobId } } } }),
        'getBlobResult',
      );
      if (answer.case === 'getBlobResult' && answer.value.blobData !== undefined) return answer.value.blobData;
      throw new ConnectError(`The client has no blob ${Buffer.from(blobId).toString('hex')}`, Code.Internal);
    },
    setBlob,
    async settled() {
      // Messages are handled in order: an answer to the last one is an answer to all.
      const timeout = delay(SETTLE_TIMEOUT_MS, undefined, { ref: false });
      await Promise.race([setBlob(new Uint8Array()).stored, timeout]);
    },
    mute() {
      isMuted = true;
      clearInterval(timer);
    },
    end: close,
  };
}
