import type { RunEvent } from '../../src/core/run-event.ts';

/**
 * Throws where events break the grammar that `RunEvent` describes, and says what is wrong. `isComplete: false` allows for a
 * run that was cut off.
 */
export const checkRunGrammar = (events: readonly RunEvent[], { isComplete = true } = {}): void => {
  let phase: 'before' | 'running' | 'over' = 'before';
  let open: { readonly kind: string; readonly id: string } | null = null;
  const usedIds = new Set<string>();
  for (const [index, event] of events.entries()) {
    const fail = (problem: string): never => {
      throw new Error(`Event ${index} (${JSON.stringify(event)}) ${problem}`);
    };
    if (phase === 'over') fail('comes after the end of the run.');
    switch (event.type) {
      case 'run-start':
        if (phase !== 'before') fail('starts a run that has started.');
        phase = 'running';
        break;
      case 'text-start':
      case 'reasoning-start':
        if (phase !== 'running') fail('comes before the run has started.');
        if (open !== null) fail(`opens a block while ${open.id} is open.`);
        if (usedIds.has(event.id)) fail('uses an id again.');
        usedIds.add(event.id);
        open = { kind: event.type.replace('-start', ''), id: event.id };
        break;
      case 'text-delta':
      case 'reasoning-delta':
        if (open?.id !== event.id || `${open.kind}-delta` !== event.type) fail('belongs to no open block.');
        if (event.text === '') fail('is empty.');
        break;
      case 'text-end':
      case 'reasoning-end':
        if (open?.id !== event.id || `${open.kind}-end` !== event.type) fail('closes no open block.');
        open = null;
        break;
      case 'run-end':
        if (phase !== 'running') fail('ends a run that has not started.');
        if (open !== null) fail(`ends the run while ${open.id} is open.`);
        phase = 'over';
        break;
      case 'run-error':
        phase = 'over';
        break;
    }
  }
  if (isComplete && phase !== 'over') throw new Error(`The run has no end after ${events.length} events.`);
};
