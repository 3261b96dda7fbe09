import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../core/gateway-error.ts';
import type { GatewayState } from './gateway-state.ts';
import { askToMakeWay } from './instances/ask-to-make-way.ts';
import { identifyOccupant, type Occupant } from './instances/identify-occupant.ts';
import type { InstanceFile } from './instances/instance-file.ts';
import type { InstanceRegistry } from './instances/instance-registry.ts';
import type { ListenOutcome } from './listen.ts';
import type { OpenServer } from './open-server.ts';

type Failed = Extract<GatewayState, { status: 'failed' }>;

/** Another Portside on the port. */
export type OtherPortside = Extract<Occupant, { kind: 'portside' }>;

/** What came of a try to get the port. */
export type Claim = OpenServer | Failed | { readonly status: 'taken'; readonly occupant: OtherPortside };

/** Ways to get at a port that others may want, too. None of them begins anything new once `signal` is aborted. */
export interface PortClaims {
  /** Finds out who has the port. */
  look(isEncrypted: boolean): Promise<Occupant>;
  /** Tries the port until it is clear whose it is. Never rejects. */
  claim(): Promise<Claim>;
  /** Asks who serves to make way, and takes the port. @throws GatewayError where it stays another's */
  takeOver(): Promise<Claim>;
  /** Who serves there, as its file tells; `null` where nobody of this user's says so. */
  findInstance(instanceId: string): InstanceFile | null;
}

/** How often a port is tried that is just becoming free. */
const RETRY_MS = 100;

/** How often a port is tried that is taken although nobody answers there: what is just starting or ending is silent, too. */
const MAX_TRIES = 5;

/** How long one that was asked to make way may take. */
const HANDOVER_MS = 5_000;

export const createPortClaims = ({
  host,
  port,
  isEncrypted,
  open,
  registry,
  signal,
}: {
  readonly host: string;
  readonly port: number;
  readonly isEncrypted: boolean;
  readonly open: () => Promise<OpenServer | Exclude<ListenOutcome, { status: 'listening' }>>;
  readonly registry: InstanceRegistry;
  readonly signal: AbortSignal;
}): PortClaims => {
  const look = async (triesEncrypted: boolean): Promise<Occupant> => {
    const occupant = await identifyOccupant({ host, port, isEncrypted: triesEncrypted }, signal);
    if (occupant.kind !== 'silent') return occupant;
    // One that is too busy to answer is known by its file.
    const announced = registry.findByPort(port);
    if (announced === null) return occupant;
    return { kind: 'portside', instanceId: announced.id, isEncrypted: triesEncrypted, isSilent: true };
  };
  const tryOnce = async (): Promise<OpenServer | Failed | Occupant> => {
    const outcome = await open();
    switch (outcome.status) {
      case 'open':
        return outcome;
      case 'failed':
        return { status: 'failed', code: 'cannot_listen', message: outcome.message };
      case 'taken':
        return await look(isEncrypted);
    }
  };
  const pause = async (): Promise<void> => {
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
  };
  const findInstance = (instanceId: string): InstanceFile | null => {
    const file = registry.find(instanceId);
    // Whoever has seen the id of a Portside at another port could tell it as theirs.
    return file?.port === port ? file : null;
  };

  return {
    look,
    findInstance,
    async claim() {
      for (let tries = 0; tries < MAX_TRIES && !signal.aborted; tries += 1) {
        const outcome = await tryOnce();
        if ('status' in outcome) return outcome;
        if (outcome.kind === 'portside') return { status: 'taken', occupant: outcome };
        if (outcome.kind === 'foreign') break;
        await pause();
      }
      return takenByForeigner(port);
    },
    async takeOver() {
      // Another one that waits may be faster; then that one is asked, too. Each only once, so that two never fight.
      const asked = new Set<string>();
      const deadline = performance.now() + HANDOVER_MS;
      do {
        const outcome = await tryOnce();
        if ('status' in outcome) return outcome;
        if (outcome.kind === 'foreign') return takenByForeigner(port);
        if (outcome.kind === 'portside' && !asked.has(outcome.instanceId)) {
          const file = findInstance(outcome.instanceId);
          if (file === null) throw new GatewayError('permission_denied', notOurs(port));
          asked.add(file.id);
          await askToMakeWay({ host, port, isEncrypted: outcome.isEncrypted }, file.controlToken, signal);
        }
        await pause();
      } while (performance.now() < deadline && !signal.aborted);
      throw new GatewayError('conflict', `The Portside on port ${port} did not make way in time. Try again.`);
    },
  };
};

/** Another program has the port. */
export const takenByForeigner = (port: number): Failed => ({
  status: 'failed',
  code: 'port_in_use',
  message: `Port ${port} is already in use by another program. Stop that program, or choose another port.`,
});

/** What has the port says nothing, although a file tells of a Portside there: that one hangs, or was killed and its process id is another's now. */
export const takenBySilent = (port: number): Failed => ({
  status: 'failed',
  code: 'port_in_use',
  message: `Port ${port} is in use by a program that has not answered for a long time, perhaps a Portside that hangs. End that program, or choose another port.`,
});

/** Another Portside has the port, and this one was not to wait for it. */
export const takenByPortside = (port: number): Failed => ({
  status: 'failed',
  code: 'port_in_use',
  message: `Portside already serves on port ${port}, from another window or from the command line. Use that one, or choose another port.`,
});

const notOurs = (port: number): string =>
  `The Portside on port ${port} cannot be asked to make way: it is another user's, or keeps its state in another folder. Stop it where it was started.`;
