import { setTimeout as delay } from 'node:timers/promises';
import { readCpuMs, readRssBytes } from './processes.ts';
import type { NamedProcess, Rig, Source } from './rig.ts';
import { maximumOf, medianOf, sumOf } from './statistics.ts';
import type { StreamJob, StreamResult } from './stream-job.ts';

/** What one run of a job gave. */
export interface Sample {
  /** Median over the streams. */
  readonly firstDeltaMs: number;
  /** Median over the streams. */
  readonly totalMs: number;
  readonly worstTotalMs: number;
  readonly deltasPerSecond: number;
  /** Of the source's processes. */
  readonly cpuMsPer1000: number;
  readonly rssBytes: number;
  /** CPU time by name of process, per 1000 deltas. */
  readonly cpuMsPer1000ByProcess: ReadonlyMap<string, number>;
}

/** The samples of one source, one a round. */
export interface Series {
  readonly source: Source['name'];
  readonly job: StreamJob;
  readonly samples: readonly Sample[];
}

/** Agents are disposed of in the background after their answer: that shall not weigh on the next one. */
const SETTLE_MS = 300;

/** Has every source do the same job `rounds` times, in turns whose order alternates, so that drift of the machine cancels. */
export const measureStreams = async (
  rig: Rig,
  job: StreamJob & {
    /** Between two deltas of a stream; 0 for as fast as it goes. */
    readonly everyMs: number;
    readonly rounds: number;
  },
): Promise<readonly Series[]> => {
  let warm = await warmUp(rig, job.streams);

  const measure = async (source: Source): Promise<Sample> => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      await rig.setAnswer(job);
      await delay(SETTLE_MS);
      const before = readUsage(await rig.findProcesses());
      if (isSame(before, warm)) {
        const result = await source.run({ streams: job.streams, deltas: job.deltas });
        const after = await rig.findProcesses();
        if (isSame(after, warm)) return toSample(source, job, result, before, readUsage(after));
      }
      warm = await warmUp(rig, job.streams);
    }
    throw new Error('The bridge was replaced over and over.');
  };

  const sources = [rig.bareSdk, rig.portside, rig.sseWriter];
  const samples = new Map<Source, Sample[]>(sources.map((source) => [source, []]));
  for (let round = 0; round < job.rounds; round += 1) {
    for (const source of round % 2 === 0 ? sources : sources.toReversed()) {
      samples.get(source)?.push(await measure(source));
    }
  }
  return sources.map((source) => ({ source: source.name, job, samples: samples.get(source) ?? [] }));
};

const MAX_ATTEMPTS = 4;

const WARM_UP_RUNS = 15;
const WARM_UP_DELTAS = 100;

/** Runs that are not measured, so that measurements find compiled code and open connections. Resolves with what is warm. */
const warmUp = async (rig: Rig, streams: number): Promise<readonly NamedProcess[]> => {
  await rig.setAnswer({ deltas: WARM_UP_DELTAS, everyMs: 0 });
  for (const source of [rig.bareSdk, rig.portside, rig.sseWriter]) {
    for (let run = 0; run < WARM_UP_RUNS; run += 1) await source.run({ streams: 1, deltas: WARM_UP_DELTAS });
    await source.run({ streams: Math.max(streams, 10), deltas: WARM_UP_DELTAS });
  }
  return await rig.findProcesses();
};

const isSame = (some: readonly NamedProcess[], others: readonly NamedProcess[]): boolean =>
  some.every(({ processId }, index) => processId === others[index]?.processId);

interface ProcessUsage extends NamedProcess {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

const readUsage = (processes: readonly NamedProcess[]): readonly ProcessUsage[] =>
  processes.map(({ name, processId }) => ({
    name,
    processId,
    cpuMs: readCpuMs([processId]),
    rssBytes: readRssBytes([processId]),
  }));

const toSample = (
  source: Source,
  { streams, deltas }: StreamJob,
  result: StreamResult,
  before: readonly ProcessUsage[],
  after: readonly ProcessUsage[],
): Sample => {
  const perThousand = 1000 / (streams * deltas);
  const used = after.map((usage, index) => ({
    ...usage,
    cpuMsPer1000: (usage.cpuMs - (before[index]?.cpuMs ?? 0)) * perThousand,
  }));
  const own = used.filter(({ name }) => source.processNames.includes(name));
  const totalsMs = result.streams.map(({ totalMs }) => totalMs);
  return {
    firstDeltaMs: medianOf(result.streams.map(({ firstDeltaMs }) => firstDeltaMs)),
    totalMs: medianOf(totalsMs),
    worstTotalMs: maximumOf(totalsMs),
    deltasPerSecond: (streams * deltas * 1000) / result.wallMs,
    cpuMsPer1000: sumOf(own.map(({ cpuMsPer1000 }) => cpuMsPer1000)),
    rssBytes: sumOf(own.map(({ rssBytes }) => rssBytes)),
    cpuMsPer1000ByProcess: new Map(used.map(({ name, cpuMsPer1000 }) => [name, cpuMsPer1000])),
  };
};
