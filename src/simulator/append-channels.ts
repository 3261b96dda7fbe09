import { fromBinary } from '@bufbuild/protobuf';
import { type AgentClientMessage, AgentClientMessageSchema } from './generated/agent_pb.ts';

/** The client's halves of agent streams over HTTP/1.1, by request id. */
export interface AppendChannels {
  /** Takes one appended message, in whatever order they come, and before or after the stream itself. */
  append(requestId: string, sequence: bigint, hexData: string): void;
  /** Hands a stream's messages to `receive`, in order; returns the function that ends this. */
  attach(requestId: string, receive: (message: AgentClientMessage) => void): () => void;
}

interface Channel {
  next: bigint;
  readonly waiting: Map<bigint, AgentClientMessage>;
  receive: ((message: AgentClientMessage) => void) | null;
}

/** How long appended messages wait for their stream; stragglers of a stream that has ended go the same way. */
const ORPHAN_LIFETIME_MS = 60_000;

export function createAppendChannels(): AppendChannels {
  const channels = new Map<string, Channel>();

  const channelOf = (requestId: string): Channel => {
    const known = channels.get(requestId);
    if (known !== undefined) return known;
    const channel: Channel = { next: 0n, waiting: new Map(), receive: null };
    channels.set(requestId, channel);
    setTimeout(() => {
      if (channel.receive === null && channels.get(requestId) === channel) channels.delete(requestId);
    }, ORPHAN_LIFETIME_MS).unref();
    return channel;
  };
  const deliver = (channel: Channel): void => {
    for (;;) {
      const message = channel.waiting.get(channel.next);
      if (message === undefined || channel.receive === null) return;
      channel.waiting.delete(channel.next);
      channel.next += 1n;
      channel.receive(message);
    }
  };

  return {
    append(requestId, sequence, hexData) {
      const message = fromBinary(AgentClientMessageSchema, Buffer.from(hexData, 'hex'));
      const channel = channelOf(requestId);
      channel.waiting.set(sequence, message);
      deliver(channel);
    },
    attach(requestId, receive) {
      const channel = channelOf(requestId);
      channel.receive = receive;
      deliver(channel);
      return () => {
        channel.receive = null;
        channels.delete(requestId);
      };
    },
  };
}
