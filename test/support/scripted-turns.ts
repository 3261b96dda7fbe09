import { GatewayError } from '../../src/core/gateway-error.ts';
import type { ChoiceEvent } from '../../src/core/run-event.ts';
import type { ResponseTurnRequest, ResponseTurns } from '../../src/server/responses/response-turn.ts';
import { createTestEncoder } from './encode-response.ts';
import type { RunStep } from './scripted-backend.ts';

/** What a response is made of, by the input that asks for it: steps, as many as are taken, or why there is none. */
export type TurnScript = (input: string) => Iterable<RunStep> | GatewayError;

/** A response that was begun. */
export interface BegunTurn {
  readonly input: string;
  readonly request: ResponseTurnRequest;
  /** Steps that were taken so far. */
  steps: number;
  outcome: 'running' | 'completed' | 'cancelled';
}

/** Responses that play the given steps, with the real encoder, for tests of what lies in front of them. */
export const createScriptedTurns = (script: TurnScript) => {
  const begun: BegunTurn[] = [];
  async function* play(turn: BegunTurn, steps: Iterable<RunStep>, signal: AbortSignal): AsyncGenerator<ChoiceEvent> {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      for (const step of steps) {
        if (signal.aborted) return;
        turn.steps += 1;
        if (step instanceof Promise) await Promise.race([step, aborted]);
        else if (step instanceof Error) throw step;
        else yield step;
      }
    } finally {
      turn.outcome = signal.aborted ? 'cancelled' : 'completed';
    }
  }
  const turns: ResponseTurns = {
    async begin(request) {
      const input = String((request.body as { input: unknown }).input);
      const steps = script(input);
      if (steps instanceof GatewayError) throw steps;
      const turn: BegunTurn = { input, request, steps: 0, outcome: 'running' };
      begun.push(turn);
      return {
        isStream: true,
        namedModel: null,
        usedModel: 'composer-2.5',
        isBackground: false,
        ignored: [],
        toStored: () => {
          throw new Error('Nothing of a WebSocket is stored by what serves it.');
        },
        encoder: createTestEncoder(),
        run: (signal) => play(turn, steps, signal),
      };
    },
  };
  return { turns, begun };
};
