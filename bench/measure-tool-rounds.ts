import { setTimeout as delay } from 'node:timers/promises';
import type { Rig } from './rig.ts';
import { medianOf } from './statistics.ts';
import { type ToolJob, toToolSteps } from './tool-job.ts';

/** A job without its words. */
export type ToolShape = Omit<ToolJob, 'prompt'>;

/** Times of one round of tool calls, in milliseconds; medians over all rounds of all runs. */
export interface ToolRounds {
  readonly job: ToolShape;
  readonly bareSdkMs: number;
  readonly portsideMs: number;
  /** Median over the pairs of the difference between the median rounds of both. */
  readonly pairedDifferenceMs: number;
}

export interface ToolPlan {
  readonly jobs: readonly ToolShape[];
  readonly pairs: number;
  readonly warmUps: number;
}

const SETTLE_MS = 30;

/** Compares rounds of tool calls by single runs in turns, so that drift of the machine cancels. */
export const measureToolRounds = async (
  rig: Rig,
  { jobs, pairs, warmUps }: ToolPlan,
): Promise<readonly ToolRounds[]> => {
  const all: ToolRounds[] = [];
  for (const job of jobs) {
    await rig.simulator.setScenario({ rules: [{ then: toToolSteps(job) }] });
    const bareSdk: (readonly number[])[] = [];
    const portside: (readonly number[])[] = [];
    const runBare = async (prompt: string): Promise<void> => {
      await delay(SETTLE_MS);
      bareSdk.push((await rig.bareSdkProcess.call('callTools', { ...job, prompt })).roundsMs);
    };
    for (let pair = -warmUps; pair < pairs; pair += 1) {
      const prompt = `Go, for the ${pair + warmUps + 1}. time.`;
      if (pair % 2 === 0) await runBare(prompt);
      await delay(SETTLE_MS);
      portside.push(
        (
          await rig.client.call('callTools', {
            target: rig.target,
            job: { ...job, prompt },
            wire: 'Chat Completions',
          })
        ).roundsMs,
      );
      if (pair % 2 !== 0) await runBare(prompt);
    }
    const bareMs = bareSdk.slice(warmUps);
    const portsideMs = portside.slice(warmUps);
    all.push({
      job,
      bareSdkMs: medianOf(bareMs.flat()),
      portsideMs: medianOf(portsideMs.flat()),
      pairedDifferenceMs: medianOf(
        portsideMs.map((rounds, pair) => medianOf(rounds) - medianOf(bareMs[pair] ?? rounds)),
      ),
    });
  }
  return all;
};
