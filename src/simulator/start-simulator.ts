import type { Logger } from '../core/logger.ts';
import { listenDual } from './dual-listener.ts';
import { createHistoryMemory } from './history-memory.ts';
import { createRequestHandler } from './request-handler.ts';
import { createRunLog } from './run-log.ts';
import type { Scenario } from './scenario.ts';
import { createScenarioState } from './scenario-state.ts';

/** How a simulator is set up. */
export interface SimulatorOptions {
  /** 127.0.0.1 where none is given. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** What it answers; without one, a short sentence that quotes the prompt. */
  readonly scenario?: Scenario;
  /** Whether clients are told to use HTTP/2 for their agent streams. */
  readonly http2?: boolean;
  /** How many turns of conversations it remembers; 10 000 where none is given. The rest is read from the client. */
  readonly rememberedTurns?: number;
  readonly logger: Logger;
}

/** A running simulator of Cursor's service. */
export interface Simulator {
  /** Base URL without a trailing slash: the value for `CURSOR_BACKEND_URL`. */
  readonly url: string;
  readonly port: number;
  /** Ends every stream and connection at once. */
  close(): Promise<void>;
}

/** Starts a simulator. Rejects with Node's own error where the port cannot be had, such as `EADDRINUSE`. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1';
  const environment = {
    scenario: createScenarioState(options.scenario ?? {}),
    runs: createRunLog(),
    memory: createHistoryMemory(options.rememberedTurns ?? 10_000),
    logger: options.logger,
  };
  const listener = await listenDual({
    host,
    port: options.port ?? 0,
    handle: createRequestHandler(environment, { http2: options.http2 ?? false }),
  });
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${listener.port}`;
  return { url, port: listener.port, close: () => listener.close() };
}
