import type { InteractionUpdate } from '@cursor/sdk';
import { describe, expect, it } from 'vitest';
import { createCallIds } from '../../../src/backends/cursor-sdk/process/call-ids.ts';
import { createToolCalls } from '../../../src/backends/cursor-sdk/process/tool-calls.ts';
import { toForeignToolName } from '../../../src/backends/cursor-sdk/process/tool-guard.ts';
import type { ToolCall } from '../../../src/core/run-request.ts';

const tool = (name: string) => ({ name, description: null, parameters: { type: 'object' } });

const begin = (ids = createCallIds(), parameters: Record<string, unknown> = { type: 'object' }) => {
  const batches: (readonly ToolCall[])[] = [];
  const invalid: string[] = [];
  const calls = createToolCalls({
    tools: [{ ...tool('look'), parameters }],
    ids,
    onHeld: () => {},
    onBatch: (batch) => batches.push(batch),
    onInvalid: (_name, problem) => invalid.push(problem),
  });
  const execute = async (args: Record<string, string | number>, toolCallId?: string) =>
    calls.customTools?.['look']?.execute(args, toolCallId === undefined ? {} : { toolCallId });
  return { calls, batches, invalid, execute };
};

describe('createToolCalls', () => {
  it('makes ids where the backend has none or repeats them, in other runs too', async () => {
    const ids = createCallIds();
    const seen: string[] = [];
    for (const backendIds of [
      ['call_1', 'call_1', undefined],
      ['call_1', ''],
    ]) {
      const { calls, batches, execute } = begin(ids);
      const results = backendIds.map((id, index) => execute({ index: String(index) }, id));
      await expect.poll(() => batches.length).toBe(1);
      const batch = batches.flat();
      expect(batch.map(({ arguments: text }) => JSON.parse(text).index)).toEqual(
        backendIds.map((_, index) => String(index)),
      );
      seen.push(...batch.map(({ id }) => id));
      calls.giveResults(
        batch.map(({ id }) => ({ toolCallId: id, content: [{ type: 'text', text: id }], isError: false })),
      );
      expect(await Promise.all(results)).toEqual(
        batch.map(({ id }) => ({ content: [{ type: 'text', text: id }], isError: false })),
      );
    }
    expect(seen[0]).toBe('call_1');
    expect(new Set(seen).size).toBe(5);
    expect(seen.every((id) => id.length > 0 && id.length <= 40)).toBe(true);
  });

  it('gives up on a model that calls wrongly four times in a row, not on one that mends its calls', async () => {
    const { calls, invalid, execute } = begin(createCallIds(), { properties: { n: { type: 'integer' } } });
    for (let round = 0; round < 6; round += 1) {
      for (let wrong = 0; wrong < 3; wrong += 1) expect(await execute({ n: 'bad' })).toMatchObject({ isError: true });
      void execute({ n: round });
    }
    expect(invalid).toEqual([]);
    for (let wrong = 0; wrong < 4; wrong += 1) await execute({ n: 'bad' });
    expect(invalid).toEqual([expect.stringContaining('$.n')]);
    calls.end(Promise.resolve());
  });

  it('leaves no call open at the end, and takes none after it', async () => {
    const { calls, execute } = begin();
    const open = execute({}, 'a');
    const cancelled = Promise.withResolvers<void>();
    calls.end(cancelled.promise);
    expect(calls.isWaiting).toBe(false);
    const first = Promise.race([open, Promise.resolve('open')]);
    expect(await execute({}, 'b')).toMatchObject({ isError: true });
    expect(await first).toBe('open');
    cancelled.resolve();
    expect(await open).toMatchObject({ isError: true });
  });
});

describe('toForeignToolName', () => {
  const started = (toolCall: Extract<InteractionUpdate, { type: 'tool-call-started' }>['toolCall']) =>
    ({ type: 'tool-call-started', callId: '1', modelCallId: '1', toolCall }) as const;
  const read = started({ type: 'read', args: { path: '/x' } });
  const mcp = started({ type: 'mcp', args: { toolName: 'look' } });
  it.each<readonly [update: InteractionUpdate, hasTools: boolean, name: string | null]>([
    [{ type: 'tool-requests-listed', callCount: 1 }, false, 'unknown'],
    [{ type: 'tool-requests-listed', callCount: 1 }, true, null],
    [{ type: 'tool-requests-listed', callCount: 0 }, false, null],
    [read, false, 'read'],
    [read, true, 'read'],
    [mcp, false, 'mcp'],
    [mcp, true, null],
    [{ type: 'text-delta', text: 'a' }, true, null],
  ])('%o with tools %s → %s', (update, hasTools, name) => expect(toForeignToolName(update, { hasTools })).toBe(name));
});
