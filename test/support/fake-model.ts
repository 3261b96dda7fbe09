import type { Backend } from '../../src/core/backend.ts';
import type { FinishReason, RunEvent } from '../../src/core/run-event.ts';
import type { RunRequest } from '../../src/core/run-request.ts';
import type { ToolResult } from '../../src/core/tool.ts';
import type { Usage } from '../../src/core/usage.ts';

/** What a fake model does with a run; `results` waits for as many tool results. */
export type ModelScript = (
  request: RunRequest,
  results: (count: number) => Promise<readonly ToolResult[]>,
) => AsyncGenerator<RunEvent, void, void>;

/** The pieces that scripts are made of; each belongs to the run of its number. */
export const modelTurn = (run: number, agentId: string | null = null) => {
  let block = 0;
  return {
    start: (): RunEvent => ({ type: 'run-start', runId: `run-${run}`, agentId: agentId ?? `agent-${run}` }),
    *say(...deltas: readonly string[]): Generator<RunEvent> {
      block += 1;
      const id = `text-${block}`;
      yield { type: 'text-start', id };
      for (const text of deltas) yield { type: 'text-delta', id, text };
      yield { type: 'text-end', id };
    },
    call: (id: string, name: string, args: object = {}): RunEvent => ({
      type: 'tool-call',
      id,
      name,
      arguments: JSON.stringify(args),
    }),
    end: (finishReason: FinishReason = 'stop', usage: Usage | null = null): RunEvent => ({
      type: 'run-end',
      finishReason,
      usage,
      durationMs: 1,
    }),
  };
};

/** A backend that plays one script per run, in order, and keeps agents as a real one does. */
export const createFakeModel = (...scripts: readonly ModelScript[]) => {
  const requests: RunRequest[] = [];
  const results: ToolResult[] = [];
  const cancelled: number[] = [];
  const agents = new Set<string>();
  const released: string[] = [];
  const backend: Backend = {
    state: { status: 'ready', reason: null, proxy: 'none', restarts: 0, warmth: 'warm' },
    onDidChangeState: () => () => {},
    start: async () => {},
    stop: async () => {},
    warmUp: () => {},
    listModels: async () => [],
    readProfile: async () => ({ email: null, keyName: null }),
    hasAgent: (agentId) => agents.has(agentId),
    releaseAgents(agentIds) {
      released.push(...agentIds);
      for (const agentId of agentIds) agents.delete(agentId);
    },
    run(request, signal) {
      const index = requests.push(request) - 1;
      const inbox: ToolResult[] = [];
      let wake: () => void = () => {};
      const takeResults = async (count: number): Promise<readonly ToolResult[]> => {
        while (inbox.length < count) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        return inbox.splice(0, count);
      };
      const aborted = new Promise<null>((resolve) => {
        signal.addEventListener('abort', () => {
          cancelled.push(index);
          resolve(null);
        });
      });
      const play = async function* (): AsyncGenerator<RunEvent> {
        const script = scripts[index];
        if (script === undefined) throw new Error(`There is no script for run ${index}.`);
        const events = script(request, takeResults);
        for (;;) {
          const result = await Promise.race([events.next(), aborted]);
          if (result === null || result.done === true) return;
          if (request.keepAgent && result.value.type === 'run-end' && result.value.finishReason === 'stop') {
            agents.add(request.agentId ?? `agent-${index}`);
          }
          yield result.value;
        }
      };
      return {
        sendToolResults(given) {
          results.push(...given);
          inbox.push(...given);
          wake();
        },
        [Symbol.asyncIterator]: play,
      };
    },
  };
  return { backend, requests, results, cancelled, agents, released };
};
