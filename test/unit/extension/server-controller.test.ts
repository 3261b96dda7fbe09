import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import { createServerController } from '../../../src/extension/server-controller.ts';
import type { Gateway, WhenServed } from '../../../src/host/gateway.ts';
import type { GatewayState } from '../../../src/host/gateway-state.ts';
import { STATES } from './states.ts';

interface Harness {
  readonly calls: string[];
  readonly statuses: string[];
  readonly logged: string[];
}

const ignore = (): void => undefined;

/** A controller over gateways that only note what is asked of them. `outcomes` holds the state after each start, in order. */
const createHarness = (outcomes: readonly (GatewayState | Error)[]) => {
  const harness: Harness = { calls: [], statuses: [], logged: [] };
  const emits: ((state: GatewayState) => void)[] = [];
  const remaining = [...outcomes];
  let made = 0;

  const createGateway = async (whenServed: WhenServed): Promise<Gateway> => {
    made += 1;
    const name = made;
    harness.calls.push(whenServed === 'wait' ? `create ${name}` : `create ${name} ${whenServed}`);
    const listeners = new Set<(state: GatewayState) => void>();
    let state: GatewayState = STATES.stopped;
    const emit = (next: GatewayState): void => {
      state = next;
      for (const listener of listeners) listener(next);
    };
    emits.push(emit);
    return {
      get state() {
        return state;
      },
      onDidChangeState(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async start() {
        harness.calls.push(`start ${name}`);
        const outcome = remaining.shift() ?? STATES.idle;
        if (outcome instanceof Error) throw outcome;
        emit(outcome);
      },
      async stop(reason) {
        harness.calls.push(`stop ${name} ${reason}`);
        emit(STATES.stopped);
      },
      async takeOver() {
        harness.calls.push(`take over ${name}`);
        emit(STATES.idle);
      },
      allowHost(host) {
        harness.calls.push(`allow ${name} ${host}`);
      },
    };
  };

  const controller = createServerController({
    createGateway,
    logger: { debug: ignore, info: ignore, warn: ignore, error: (message) => harness.logged.push(message) },
    cannotStartMessage: 'It could not start.',
  });
  controller.onDidChangeState((state, previous) => harness.statuses.push(`${previous.status} > ${state.status}`));
  return { ...harness, controller, emits };
};

describe('server controller', () => {
  it('starts, takes over what the gateway says, and stops', async () => {
    const { controller, calls, statuses } = createHarness([STATES.idle]);
    await controller.start();
    expect(controller.state).toEqual(STATES.idle);
    await controller.stop('unwanted');
    expect(calls).toEqual(['create 1', 'start 1', 'stop 1 unwanted']);
    expect(statuses).toEqual(['stopped > starting', 'starting > running', 'running > stopped']);
  });

  it('does not start twice, whoever asks at once', async () => {
    const { controller, calls } = createHarness([STATES.idle]);
    await Promise.all([controller.start(), controller.start()]);
    await controller.start();
    expect(calls).toEqual(['create 1', 'start 1']);
  });

  it('makes a new gateway for a restart, once the old one has ended', async () => {
    const { controller, calls } = createHarness([]);
    await controller.start();
    await controller.restart();
    // The port is this window's again, even where one that waits was quicker.
    expect(calls).toEqual(['create 1', 'start 1', 'stop 1 ending', 'create 2 take-over', 'start 2']);
    expect(controller.state.status).toBe('running');
  });

  it('keeps the order of a start and a stop that were asked for at once', async () => {
    const { controller, calls } = createHarness([]);
    await Promise.all([controller.start(), controller.stop('unwanted')]);
    expect(calls).toEqual(['create 1', 'start 1', 'stop 1 unwanted']);
    expect(controller.state).toEqual(STATES.stopped);
  });

  it('can be started again after a failure', async () => {
    const { controller, calls } = createHarness([STATES.portInUse, STATES.idle]);
    await controller.start();
    expect(controller.state).toEqual(STATES.portInUse);
    await controller.start();
    expect(controller.state).toEqual(STATES.idle);
    expect(calls).toEqual(['create 1', 'start 1', 'stop 1 ending', 'create 2', 'start 2']);
  });

  it('ends what it had begun where a start throws, and says so', async () => {
    const { controller, calls, logged } = createHarness([new Error('the secret storage is locked')]);
    await controller.start();
    expect(controller.state).toEqual(STATES.cannotStart);
    expect(calls).toEqual(['create 1', 'start 1', 'stop 1 ending']);
    expect(logged).toEqual(['The server could not start.']);
    await controller.stop('unwanted');
    expect(controller.state).toEqual(STATES.stopped);
  });

  it('does not listen to a gateway that is gone', async () => {
    const { controller, emits } = createHarness([]);
    await controller.restart();
    await controller.restart();
    emits[0]?.(STATES.givenUp);
    expect(controller.state).toEqual(STATES.idle);
  });

  it('shows a reason that is written for people', async () => {
    const { controller } = createHarness([new GatewayError('invalid_request', 'The port is odd.')]);
    await controller.start();
    expect(controller.state).toMatchObject({ status: 'failed', code: 'cannot_start', message: 'The port is odd.' });
  });

  it('waits for another Portside without starting anew, and takes over when asked', async () => {
    const { controller, calls } = createHarness([STATES.otherWindow]);
    await controller.start();
    await controller.start();
    expect(controller.state).toEqual(STATES.otherWindow);
    await controller.takeOver();
    expect(controller.state).toEqual(STATES.idle);
    expect(calls).toEqual(['create 1', 'start 1', 'take over 1']);
  });

  it('starts anew in place of another Portside where the user wants that', async () => {
    const { controller, calls } = createHarness([STATES.otherWindow, STATES.idle]);
    await controller.start();
    await controller.restartInstead();
    expect(controller.state).toEqual(STATES.idle);
    expect(calls).toEqual(['create 1', 'start 1', 'stop 1 ending', 'create 2 take-over', 'start 2']);
  });

  it('passes a host name on, where there is a gateway', async () => {
    const { controller, calls } = createHarness([]);
    controller.allowHost('early.example');
    await controller.takeOver();
    await controller.start();
    controller.allowHost('tunnel.example');
    expect(calls).toEqual(['create 1', 'start 1', 'allow 1 tunnel.example']);
  });
});
