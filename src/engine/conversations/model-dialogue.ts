import type { Backend, Run } from '../../core/backend.ts';
import { NO_ANSWER } from '../../core/no-answer.ts';
import type { RunEvent, RunStart } from '../../core/run-event.ts';
import type { RunRequest } from '../../core/run-request.ts';
import type { ToolResult } from '../../core/tool.ts';

/**
 * The talk with one agent: one run after the other, each in turns. Outlives HTTP requests while a run waits for the results
 * of its tool calls.
 */
export interface ModelDialogue {
  /** How the latest turn began, which names run and agent; `null` before the first event. */
  readonly started: RunStart | null;
  /** Begins a run. The one before must be over. */
  start(request: RunRequest): void;
  /** Gives results to the run. */
  sendToolResults(results: readonly ToolResult[]): void;
  /** The next turn of the run: ends with `run-end` or `run-error`. */
  turn(): AsyncGenerator<RunEvent>;
  /** Whether the run still waits: resolves to false where it fails or ends instead of waiting. Reads ahead. */
  watch(): Promise<boolean>;
  /** Ends the run upstream, if there is one. */
  cancel(): void;
}

export const createModelDialogue = (backend: Pick<Backend, 'run'>): ModelDialogue => {
  const abortion = new AbortController();
  let run: Run | null = null;
  let iterator: AsyncIterator<RunEvent> | null = null;
  let ahead: Promise<IteratorResult<RunEvent>> | null = null;
  let started: ModelDialogue['started'] = null;

  const next = async (): Promise<RunEvent> => {
    if (iterator === null) throw new Error('There is no run.');
    const result = await (ahead ?? iterator.next());
    ahead = null;
    return result.done === true ? LOST : result.value;
  };

  return {
    get started() {
      return started;
    },
    start(request) {
      run = backend.run(request, abortion.signal);
      iterator = run[Symbol.asyncIterator]();
      ahead = null;
    },
    sendToolResults(results) {
      run?.sendToolResults(results);
    },
    async *turn() {
      for (;;) {
        const event = await next();
        if (event.type === 'run-start') started = event;
        yield event;
        if (event.type === 'run-end' || event.type === 'run-error') return;
      }
    },
    async watch() {
      if (iterator === null) return false;
      ahead ??= iterator.next();
      const result = await ahead;
      return result.done !== true && result.value.type !== 'run-error';
    },
    cancel() {
      abortion.abort();
      void iterator?.return?.();
    },
  };
};

const LOST: RunEvent = { type: 'run-error', error: NO_ANSWER };
