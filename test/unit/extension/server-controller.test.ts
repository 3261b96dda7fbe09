import { describe, expect, it, vi } from 'vitest';
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

/** What does not end by itself: a start or a take-over until the gateway is stopped, the first making until `letCreate`. */
type Hanging = 'none' | 'create' | 'start' | 'take over';

/**
 * A controller over gateways that only note what is asked of them. `outcomes` holds the state after each start, in order;
 * `failure` is what a making that hangs, or else a stop, ends with.
 */
const createHarness = (
  outcomes: readonly (GatewayState | Error)[],
  hanging: Hanging = 'none',
  failure: Error | null = null,
) => {
  const harness: Harness = { calls: [], statuses: [], logged: [] };
  const emits: ((state: GatewayState) => void)[] = [];
  const remaining = [...outcomes];
  const creation = Promise.withResolvers<void>();
  let made = 0;

  const createGateway = async (whenServed: WhenServed): Promise<Gateway> => {
    made += 1;
    const name = made;
    harness.calls.push(whenServed === 'wait' ? `create ${name}` : `create ${name} ${whenServed}`);
    if (hanging === 'create') {
      await creation.promise;
      if (failure !== null) throw failure;
    }
    const listeners = new Set<(state: GatewayState) => void>();
    const stopped = Promise.withResolvers<void>();
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
        if (hanging === 'start') return await stopped.promise;
        const outcome = remaining.shift() ?? STATES.idle;
        if (outcome instanceof Error) throw outcome;
        emit(outcome);
      },
      async stop(reason) {
        harness.calls.push(`stop ${name} ${reason}`);
        stopped.resolve();
        if (failure !== null) throw failure;
        emit(STATES.stopped);
      },
      async takeOver() {
        harness.calls.push(`take over ${name}`);
        if (hanging === 'take over') return await stopped.promise;
        emit(STATES.idle);
      },
      conversations: null,
      listModels: async () => [],
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
  return { ...harness, controller, emits, letCreate: creation.resolve };
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

  it.each<[string, 'start' | 'take over']>([
    ['a start that looks at a silent port', 'start'],
    ['a take-over', 'take over'],
  ])('stops at once during %s', async (_, hanging) => {
    const { controller, calls, logged } = createHarness([STATES.otherWindow], hanging);
    const begun = hanging === 'start' ? controller.start() : controller.start().then(() => controller.takeOver());
    await vi.waitFor(() => expect(calls).toContain(`${hanging} 1`));
    await controller.stop('ending');
    await begun;
    expect(calls.at(-1)).toBe('stop 1 ending');
    expect(calls.filter((call) => call.startsWith('stop'))).toHaveLength(1);
    expect(controller.state).toEqual(STATES.stopped);
    expect(logged).toEqual([]);
  });

  it('stops at once where a restart still waits for its turn', async () => {
    const { controller, calls, statuses } = createHarness([], 'start');
    const begun = controller.start();
    await vi.waitFor(() => expect(calls).toContain('start 1'));
    await Promise.all([controller.restart(), controller.stop('unwanted'), begun]);
    expect(calls).toEqual(['create 1', 'start 1', 'stop 1 unwanted', 'create 2', 'start 2', 'stop 2 unwanted']);
    expect(statuses.at(-1)).toBe('starting > stopped');
  });

  it('does not start a gateway that was still being made when it was stopped', async () => {
    const { controller, calls, letCreate, statuses } = createHarness([], 'create');
    const begun = controller.start();
    await vi.waitFor(() => expect(calls).toContain('create 1'));
    const stopped = controller.stop('unwanted');
    const startedAgain = controller.start();
    letCreate();
    await Promise.all([begun, stopped]);
    await startedAgain;
    expect(calls).toEqual(['create 1', 'stop 1 unwanted', 'create 2', 'start 2']);
    expect(statuses.slice(0, 2)).toEqual(['stopped > starting', 'starting > stopped']);
    expect(controller.state).toEqual(STATES.idle);
  });

  it('shows no failure of a start that was stopped meanwhile', async () => {
    const { controller, calls, letCreate, statuses } = createHarness([], 'create', new Error('no secret storage'));
    const begun = controller.start();
    await vi.waitFor(() => expect(calls).toContain('create 1'));
    const stopped = controller.stop('ending');
    letCreate();
    await Promise.all([begun, stopped]);
    expect(statuses).toEqual(['stopped > starting', 'starting > stopped']);
  });

  it('tells who stops it that the gateway could not, and can be started again', async () => {
    const { controller, calls } = createHarness([], 'none', new Error('the port does not close'));
    await controller.start();
    await expect(controller.stop('unwanted')).rejects.toThrow('the port does not close');
    expect(controller.state).toEqual(STATES.stopped);
    await controller.start();
    expect(calls).toEqual(['create 1', 'start 1', 'stop 1 unwanted', 'create 2', 'start 2']);
  });
});
