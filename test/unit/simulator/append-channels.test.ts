import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { createAppendChannels } from '../../../src/simulator/append-channels.ts';
import { type AgentClientMessage, AgentClientMessageSchema } from '../../../src/simulator/generated/agent_pb.ts';

describe('createAppendChannels', () => {
  const hex = (id: number): string => {
    const message = create(AgentClientMessageSchema, { message: { case: 'kvClientMessage', value: { id } } });
    return Buffer.from(toBinary(AgentClientMessageSchema, message)).toString('hex');
  };

  it.each<{ name: string; early: number[]; late: number[]; received: number[] }>([
    { name: 'in order', early: [], late: [0, 1, 2], received: [0, 1, 2] },
    { name: 'out of order', early: [], late: [2, 0, 1], received: [0, 1, 2] },
    { name: 'before the stream', early: [1, 0], late: [2], received: [0, 1, 2] },
    { name: 'with one missing', early: [0], late: [2, 3], received: [0] },
    { name: 'twice', early: [], late: [0, 0, 1], received: [0, 1] },
  ])('hands on messages that come $name', ({ early, late, received }) => {
    const channels = createAppendChannels();
    const ids: number[] = [];
    const receive = ({ message }: AgentClientMessage): void => {
      if (message.case === 'kvClientMessage') ids.push(message.value.id);
    };
    for (const id of early) channels.append('stream', BigInt(id), hex(id));
    channels.append('other', 0n, hex(99));
    const detach = channels.attach('stream', receive);
    for (const id of late) channels.append('stream', BigInt(id), hex(id));
    detach();
    channels.append('stream', BigInt(received.length), hex(received.length));
    expect(ids).toEqual(received);
  });
});
