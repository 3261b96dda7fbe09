import type { Accounts } from './accounts.ts';
import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { readBody, sendError, sendJson } from './http-messages.ts';
import type { HistoryMemory } from './history-memory.ts';
import type { RunLog } from './run-log.ts';
import { parseScenario } from './scenario.ts';
import type { ScenarioState } from './scenario-state.ts';

const MAXIMUM_SCENARIO_BYTES = 20 * 1024 * 1024;

/** What the control endpoints show and change. */
export interface ControlState {
  readonly scenario: ScenarioState;
  readonly runs: RunLog;
  readonly memory: HistoryMemory;
  readonly accounts: Accounts;
  /** Calls so far, by path. */
  readonly calls: Map<string, number>;
}

type ControlHandler = (state: ControlState, request: HttpRequest) => unknown;

const CONTROLS: ReadonlyMap<string, { readonly method: string; readonly handle: ControlHandler }> = new Map([
  [
    '/_simulator/scenario',
    {
      method: 'PUT',
      async handle({ scenario }: ControlState, request: HttpRequest) {
        scenario.replace(parseScenario(await readBody(request, MAXIMUM_SCENARIO_BYTES)));
        return { status: 'ok' };
      },
    },
  ],
  [
    '/_simulator/reset',
    {
      method: 'POST',
      handle({ scenario, runs, memory, accounts, calls }: ControlState) {
        scenario.restart();
        memory.clear();
        runs.clear();
        calls.clear();
        accounts.denyNextKey(false);
        return { status: 'ok' };
      },
    },
  ],
  ['/_simulator/runs', { method: 'GET', handle: ({ runs }: ControlState) => runs.list() }],
  ['/_simulator/calls', { method: 'GET', handle: ({ calls }: ControlState) => Object.fromEntries(calls) }],
  ['/_simulator/keys', { method: 'GET', handle: ({ accounts }: ControlState) => accounts.mintedKeys() }],
  [
    '/_simulator/expire-keys',
    {
      method: 'POST',
      handle({ accounts }: ControlState) {
        accounts.expireMintedKeys();
        return { status: 'ok' };
      },
    },
  ],
  [
    '/_simulator/deny-next-key',
    {
      method: 'POST',
      handle({ accounts }: ControlState) {
        accounts.denyNextKey(true);
        return { status: 'ok' };
      },
    },
  ],
]);

/** Answers a request under `/_simulator/`. */
export async function answerControl(
  state: ControlState,
  path: string,
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const control = CONTROLS.get(path);
  if (control === undefined) {
    sendError(
      response,
      new GatewayError('not_found', `There is no ${path}. There are ${[...CONTROLS.keys()].join(', ')}.`),
    );
    return;
  }
  if (request.method !== control.method) {
    const error = new GatewayError('method_not_allowed', `${path} takes ${control.method}.`);
    sendError(response, error, { allow: control.method });
    return;
  }
  try {
    sendJson(response, 200, await control.handle(state, request));
  } catch (error) {
    sendError(response, GatewayError.from(error));
  }
}
