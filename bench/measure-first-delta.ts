import { setTimeout as delay } from 'node:timers/promises';
import type { Rig, Source } from './rig.ts';
import { medianOf } from './statistics.ts';

/** Times to the first delta at one stream, in milliseconds; medians over all pairs. */
export interface FirstDelta {
  readonly bareSdkMs: number;
  readonly portsideMs: number;
  readonly sseWriterMs: number;
  /** Median of the differences within the pairs. */
  readonly pairedDifferenceMs: number;
}

/** Few, as the first one counts. */
const DELTAS = 10;

/** The agent of an answer is disposed of in the background: that shall not weigh on the next one. */
const SETTLE_MS = 30;

/** Compares warm first deltas by single answers in turns, so that drift of the machine cancels. */
export const measureFirstDelta = async (
  rig: Rig,
  { pairs, warmUps }: { readonly pairs: number; readonly warmUps: number },
): Promise<FirstDelta> => {
  await rig.setAnswer({ deltas: DELTAS, everyMs: 0 });
  const time = async (source: Source): Promise<number> => {
    await delay(SETTLE_MS);
    const { streams } = await source.run({ streams: 1, deltas: DELTAS });
    return medianOf(streams.map(({ firstDeltaMs }) => firstDeltaMs));
  };
  for (let index = 0; index < warmUps; index += 1) {
    for (const source of [rig.bareSdk, rig.portside, rig.sseWriter]) await time(source);
  }
  const bareSdk: number[] = [];
  const portside: number[] = [];
  const sseWriter: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    if (pair % 2 === 0) bareSdk.push(await time(rig.bareSdk));
    portside.push(await time(rig.portside));
    if (pair % 2 === 1) bareSdk.push(await time(rig.bareSdk));
    sseWriter.push(await time(rig.sseWriter));
  }
  return {
    bareSdkMs: medianOf(bareSdk),
    portsideMs: medianOf(portside),
    sseWriterMs: medianOf(sseWriter),
    pairedDifferenceMs: medianOf(portside.map((value, pair) => value - (bareSdk[pair] ?? value))),
  };
};
