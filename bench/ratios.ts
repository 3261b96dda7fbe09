import type { Sample, Series } from './measure-streams.ts';
import { maximumOf, medianOf } from './statistics.ts';

/** The median over the rounds of a figure of a series. */
export const medianFigure = (series: Series, figure: (sample: Sample) => number): number =>
  medianOf(series.samples.map(figure));

/** The median over the rounds of a figure's ratio to that of the bare SDK in the same round, a few seconds away. */
export const medianRatio = (series: Series, base: Series, figure: (sample: Sample) => number): number =>
  medianOf(pairUp(series, base).map(([sample, baseSample]) => figure(sample) / figure(baseSample)));

/** How much longer paced streams took than the bare SDK's median stream in the same round: 1.1 is 10 % longer. */
export interface Slowdown {
  /** The median stream; median over the rounds. */
  readonly median: number;
  /** The worst stream; median over the rounds, so that a single hiccup of the machine does not decide. */
  readonly worst: number;
  /** The worst stream of the worst round. */
  readonly worstOfAllRounds: number;
}

export const toSlowdown = (series: Series, base: Series): Slowdown => {
  const worst = pairUp(series, base).map(([sample, { totalMs }]) => sample.worstTotalMs / totalMs);
  return {
    median: medianRatio(series, base, ({ totalMs }) => totalMs),
    worst: medianOf(worst),
    worstOfAllRounds: maximumOf(worst),
  };
};

const pairUp = (series: Series, base: Series): (readonly [Sample, Sample])[] =>
  series.samples.flatMap((sample, round) => {
    const baseSample = base.samples[round];
    return baseSample === undefined ? [] : [[sample, baseSample] as const];
  });

/** The series of a source at so many streams. */
export const findSeries = (all: readonly Series[], source: Series['source'], streams: number): Series => {
  const found = all.find((series) => series.source === source && series.job.streams === streams);
  if (found === undefined) throw new Error(`${source} was not measured at ${streams} streams.`);
  return found;
};
