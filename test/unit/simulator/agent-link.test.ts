import { create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAgentLink } from '../../../src/simulator/agent-link.ts';
import { AgentClientMessageSchema, type AgentServerMessage } from '../../../src/simulator/generated/agent_pb.ts';

describe('createAgentLink', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const collect = (outgoing: AsyncIterable<AgentServerMessage>): string[] => {
    const kinds: string[] = [];
    void (async () => {
      for await (const { message } of outgoing) {
        kinds.push(message.case === 'interactionUpdate' ? (message.value.message.case ?? '') : (message.case ?? ''));
      }
      kinds.push('end');
    })();
    return kinds;
  };

  it('sends a heartbeat at once and every 5 s, and none once it is mute', async () => {
    const link = createAgentLink(new AbortController().signal);
    const kinds = collect(link.outgoing);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kinds).toEqual(['heartbeat', 'heartbeat', 'heartbeat']);
    link.mute();
    await link.update({ case: 'textDelta', value: { text: 'lost' } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kinds).toHaveLength(3);
  });

  it('ends what waits when the client goes', async () => {
    const client = new AbortController();
    const link = createAgentLink(client.signal);
    const kinds = collect(link.outgoing);
    const pending = [
      link.runRequest(),
      link.getBlob(new Uint8Array(1)),
      link.exec({ case: 'readArgs', value: { path: '/' } }),
    ];
    client.abort(new Error('gone'));
    const outcomes = await Promise.allSettled(pending);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(() => link.update({ case: 'heartbeat', value: {} })).toThrow('gone');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kinds.at(-1)).toBe('end');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks the writer to pause while the client lags behind', async () => {
    const link = createAgentLink(new AbortController().signal);
    let pause: Promise<void> | undefined;
    let sent = 0;
    for (; pause === undefined && sent < 10_000; sent += 1)
      pause = link.update({ case: 'textDelta', value: { text: 'x' } });
    expect(sent).toBeLessThan(1_000);
    const kinds = collect(link.outgoing);
    await pause;
    expect(kinds.length).toBe(sent + 1);
  });

  it.each([
    { name: 'a blob', result: { blobData: new Uint8Array([1, 2]) }, expected: [1, 2] },
    { name: 'an error', result: { error: { message: 'lost it' } }, expected: /lost it/ },
    { name: 'nothing', result: {}, expected: /has no blob/ },
  ])('takes $name for an answer to a read of a blob', async ({ result, expected }) => {
    const link = createAgentLink(new AbortController().signal);
    const blob = link.getBlob(new Uint8Array([9]));
    const message = {
      case: 'kvClientMessage' as const,
      value: { id: 1, message: { case: 'getBlobResult' as const, value: result } },
    };
    link.receive(create(AgentClientMessageSchema, { message }));
    if (expected instanceof RegExp) await expect(blob).rejects.toThrow(expected);
    else expect([...(await blob)]).toEqual(expected);
  });
});
