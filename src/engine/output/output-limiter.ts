import type { OutputLimits } from '../../core/answer-request.ts';
import type { RunEvent } from '../../core/run-event.ts';
import { createBlockTidier } from './block-tidier.ts';
import { createStopFilter } from './stop-filter.ts';
import { type TokenBudget, createTokenBudget } from './token-budget.ts';

/** Run events within the limits. */
export interface Limited {
  readonly events: readonly RunEvent[];
  /** Why the answer ends behind `events`, with no block open and no `run-end` yet; `null` while it goes on. */
  readonly cut: 'stop' | 'length' | null;
  /** The stop sequence that it ends before; missing where none was met. */
  readonly stopSequence?: string;
}

/** Keeps one answer within its limits, over all runs that make it up. */
export interface OutputLimiter {
  /** Each call waits for the one before. After a cut nothing more comes. */
  push(event: RunEvent): Promise<Limited>;
}

/**
 * Cuts an answer before the first stop sequence and behind its last token. An event comes out in the same call or, where it
 * takes more text to decide, in a later one; a `run-end` lets out everything before it. Empty blocks and deltas are left out.
 *
 * The text before a stop sequence counts against `maxTokens`, the sequence does not. Each block is counted by itself. Of a
 * tool call the arguments count; a call that does not fit is left out whole.
 */
export const createOutputLimiter = (limits: OutputLimits): OutputLimiter => {
  const stopFilter = createStopFilter(limits.stop);
  const tidier = createBlockTidier();
  const budget = limits.maxTokens === null ? null : createTokenBudget(limits.maxTokens);
  const pay = budget === null ? null : createPayment(budget, limits.countsReasoning);
  let isCut = false;

  return {
    async push(event) {
      if (isCut) return { events: [], cut: null };
      const { events, stopSequence } = stopFilter.push(event);
      const paid = pay === null ? { events, isOver: false } : await pay(events, stopSequence !== null);
      const tidied = tidier.push(paid.events);
      if (!paid.isOver && stopSequence === null) return { events: tidied, cut: null };
      isCut = true;
      const closed = [...tidied, ...tidier.close()];
      return paid.isOver || stopSequence === null
        ? { events: closed, cut: 'length' }
        : { events: closed, cut: 'stop', stopSequence };
    },
  };
};

type Pay = (
  events: readonly RunEvent[],
  isLast: boolean,
) => Promise<{ readonly events: readonly RunEvent[]; readonly isOver: boolean }>;

/** Pays events from a budget; `isLast` where no others follow. */
const createPayment = (budget: TokenBudget, countsReasoning: boolean): Pay => {
  /** A delta of the block under way, for what comes out of the budget later. */
  let open: (RunEvent & { type: 'text-delta' | 'reasoning-delta' }) | null = null;

  const finish = async (): Promise<{ events: RunEvent[]; isOver: boolean }> => {
    if (open === null) return { events: [], isOver: false };
    const { text, isOver } = await budget.finish();
    const rest = { ...open, text };
    open = null;
    return { events: [rest], isOver };
  };

  return async (events, isLast) => {
    const paid: RunEvent[] = [];
    for (const event of events) {
      if (event.type === 'text-delta' || (event.type === 'reasoning-delta' && countsReasoning)) {
        open = event;
        const { text, isOver } = await budget.append(event.text);
        paid.push({ ...event, text });
        if (isOver) return { events: paid, isOver };
      } else {
        // What comes behind a block's text comes out behind it, whatever it is.
        const rest = await finish();
        paid.push(...rest.events);
        if (rest.isOver || (event.type === 'tool-call' && !(await budget.take(event.arguments))))
          return { events: paid, isOver: true };
        paid.push(event);
      }
    }
    if (!isLast) return { events: paid, isOver: false };
    const rest = await finish();
    return { events: [...paid, ...rest.events], isOver: rest.isOver };
  };
};
