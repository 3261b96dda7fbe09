import type { CursorProfile } from '../../src/core/account.ts';
import type { Backend, BackendState, Run } from '../../src/core/backend.ts';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { Model } from '../../src/core/model.ts';
import type { RunEvent } from '../../src/core/run-event.ts';
import type { RunRequest } from '../../src/core/run-request.ts';

/** What a scripted run does next: tell an event, wait for something, or fail as a defective backend would. */
export type RunStep = RunEvent | Promise<unknown> | Error;

/** Makes a run of events. */
export const toRun = (events: () => AsyncIterator<RunEvent>): Run => ({
  sendToolResults: () => {},
  [Symbol.asyncIterator]: events,
});

/** A backend that plays the given steps, for tests of what lies in front of it. */
export const createScriptedBackend = (script: {
  readonly steps?: readonly RunStep[];
  readonly models?: readonly Model[] | GatewayError;
  readonly profile?: CursorProfile | GatewayError;
  readonly state?: Partial<BackendState>;
}) => {
  const requests: RunRequest[] = [];
  const ended = Promise.withResolvers<'completed' | 'cancelled'>();
  const play = async function* (signal: AbortSignal): AsyncGenerator<RunEvent> {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      for (const step of script.steps ?? []) {
        if (signal.aborted) return;
        if (step instanceof Promise) await Promise.race([step, aborted]);
        else if (step instanceof Error) throw step;
        else yield step;
      }
    } finally {
      ended.resolve(signal.aborted ? 'cancelled' : 'completed');
    }
  };
  const backend: Backend = {
    state: { status: 'ready', reason: null, proxy: 'none', restarts: 0, warmth: 'warm', ...script.state },
    onDidChangeState: () => () => {},
    start: async () => {},
    stop: async () => {},
    warmUp: () => {},
    async listModels() {
      const models = script.models ?? [];
      if (models instanceof GatewayError) throw models;
      return models;
    },
    async readProfile() {
      const profile = script.profile ?? { email: 'person@simulator.invalid', keyName: 'Simulator key' };
      if (profile instanceof GatewayError) throw profile;
      return profile;
    },
    hasAgent: () => false,
    releaseAgents: () => {},
    run(request, signal) {
      requests.push(request);
      return toRun(() => play(signal));
    },
  };
  return { backend, requests, ended: ended.promise };
};
