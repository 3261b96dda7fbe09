import { setTimeout as delay } from 'node:timers/promises';
import type { Wire } from './client.ts';
import type { Rig } from './rig.ts';
import { medianOf, sumOf } from './statistics.ts';
import { toToolSteps } from './tool-job.ts';

/** All rounds of tool calls of a run, by wire. */
export interface WireRounds {
  readonly rounds: number;
  readonly wires: readonly WireTimes[];
}

export interface WireTimes {
  readonly wire: Wire;
  /** All rounds of a run together; median over the runs. */
  readonly runMs: number;
  /** Median of the ratios to Responses over HTTP, each within runs that stand beside one another. */
  readonly pairedRatio: number;
}

export interface WireRoundsPlan {
  readonly rounds: number;
  /** Runs of each wire. */
  readonly runs: number;
  readonly warmUps: number;
}

const WIRES: readonly Wire[] = ['Chat Completions', 'Responses', 'Responses over WebSocket'];

const SETTLE_MS = 30;

/**
 * Has the same tool calls made by each wire, one after the other, so that drift of the machine cancels: in another order each time, so
 * that none is always behind the same one. Over HTTP, Responses go on from what is stored; over the WebSocket, nothing is stored.
 */
export const measureWireRounds = async (rig: Rig, { rounds, runs, warmUps }: WireRoundsPlan): Promise<WireRounds> => {
  const job = { rounds, calls: 1 };
  await rig.simulator.setScenario({ rules: [{ then: toToolSteps(job) }] });
  const taken: ReadonlyMap<Wire, number>[] = [];
  for (let run = -warmUps; run < runs; run += 1) {
    const times = new Map<Wire, number>();
    for (const wire of toOrder(run + warmUps)) {
      await delay(SETTLE_MS);
      const prompt = `Go by ${wire}, for the ${run + warmUps + 1}. time.`;
      const { roundsMs } = await rig.client.call('callTools', { target: rig.target, wire, job: { ...job, prompt } });
      times.set(wire, sumOf(roundsMs));
    }
    if (run >= 0) taken.push(times);
  }
  const timeOf = (times: ReadonlyMap<Wire, number>, wire: Wire): number => times.get(wire) ?? NaN;
  return {
    rounds,
    wires: WIRES.map((wire) => ({
      wire,
      runMs: medianOf(taken.map((times) => timeOf(times, wire))),
      pairedRatio: medianOf(taken.map((times) => timeOf(times, wire) / timeOf(times, 'Responses'))),
    })),
  };
};

/** Each of the six orders in turn. */
const toOrder = (run: number): readonly Wire[] => {
  const wires = run % 2 === 0 ? WIRES : WIRES.toReversed();
  const first = run % WIRES.length;
  return [...wires.slice(first), ...wires.slice(0, first)];
};
