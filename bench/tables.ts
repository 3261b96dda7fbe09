import type { FirstDelta } from './measure-first-delta.ts';
import type { Startup } from './measure-startup.ts';
import type { Sample, Series } from './measure-streams.ts';
import { findSeries, medianFigure, medianRatio, toSlowdown } from './ratios.ts';
import { medianOf, sumOf } from './statistics.ts';
import { formatMebibytes, formatNumber, formatRatio, renderTable } from './table.ts';

/** Start and memory. */
export const toStartupTable = (starts: readonly Startup[]): string => {
  const memory = starts.flatMap((start) => start.memory ?? []);
  return renderTable(
    ['fresh process', 'median', 'worst'],
    [
      toRow(
        'first HTTP answer on /health',
        starts.map(({ firstAnswerMs }) => firstAnswerMs),
        toMilliseconds,
      ),
      toRow(
        '200 on /health',
        starts.map(({ connectedMs }) => connectedMs),
        toMilliseconds,
      ),
      toRow(
        'memory of the server, idle',
        memory.map(({ serverBytes }) => serverBytes),
        formatMebibytes,
      ),
      toRow(
        'memory of the bridge, idle',
        memory.map(({ bridgeBytes }) => bridgeBytes),
        formatMebibytes,
      ),
      toRow(
        'memory of a bare process with the SDK',
        memory.map(({ bareSdkBytes }) => bareSdkBytes),
        formatMebibytes,
      ),
    ],
  );
};

const toMilliseconds = (value: number): string => `${formatNumber(value)} ms`;

const toRow = (name: string, values: readonly number[], format: (value: number) => string): string[] => [
  name,
  format(medianOf(values)),
  format(Math.max(...values)),
];

export const toFirstDeltaTable = (times: FirstDelta): string => {
  const toCells = (name: string, valueMs: number): string[] => [
    name,
    toMilliseconds(valueMs),
    toMilliseconds(valueMs - times.bareSdkMs),
    `${formatNumber(valueMs / times.bareSdkMs)}×`,
  ];
  return renderTable(
    ['warm, 1 stream', 'first delta', 'behind the bare SDK', 'ratio'],
    [
      toCells('bare SDK', times.bareSdkMs),
      toCells('Portside', times.portsideMs),
      toCells('SSE writer', times.sseWriterMs),
      ['Portside, within pairs', '', toMilliseconds(times.pairedDifferenceMs), ''],
    ],
  );
};

/** Every figure with its ratio to the bare SDK's. */
export const toStreamsTable = (all: readonly Series[]): string =>
  renderTable(
    ['streams × deltas', 'first delta ms', 'total ms', 'deltas/s', 'CPU ms per 1000 deltas', 'memory MB'],
    all.map((series) => {
      const base = findSeries(all, 'bare SDK', series.job.streams);
      const cell = (figure: (sample: Sample) => number): string =>
        `${formatNumber(medianFigure(series, figure))} (${formatRatio(medianRatio(series, base, figure))})`;
      return [
        toLabel(series),
        cell(({ firstDeltaMs }) => firstDeltaMs),
        cell(({ totalMs }) => totalMs),
        cell(({ deltasPerSecond }) => deltasPerSecond),
        cell(({ cpuMsPer1000 }) => cpuMsPer1000),
        cell(({ rssBytes }) => rssBytes / 2 ** 20),
      ];
    }),
  );

/** How much longer paced streams took than the bare SDK's median stream. */
export const toSlowdownTable = (all: readonly Series[]): string =>
  renderTable(
    ['streams × deltas', 'median stream', 'worst stream', 'worst of all rounds'],
    all
      .filter(({ source }) => source !== 'bare SDK')
      .map((series) => {
        const slowdown = toSlowdown(series, findSeries(all, 'bare SDK', series.job.streams));
        return [
          toLabel(series),
          formatPercent(slowdown.median),
          formatPercent(slowdown.worst),
          formatPercent(slowdown.worstOfAllRounds),
        ];
      }),
  );

/** Which process the CPU time goes to, per 1000 deltas. */
export const toCpuTable = (all: readonly Series[]): string => {
  const names = [...(all[0]?.samples[0]?.cpuMsPer1000ByProcess.keys() ?? [])];
  return renderTable(
    ['CPU ms per 1000 deltas', ...names, 'all'],
    all.map((series) => {
      const values = names.map((name) => medianFigure(series, (sample) => sample.cpuMsPer1000ByProcess.get(name) ?? 0));
      return [toLabel(series), ...[...values, sumOf(values)].map((value) => formatNumber(value))];
    }),
  );
};

const toLabel = ({ job, source }: Series): string => `${job.streams} × ${job.deltas} ${source}`;

const formatPercent = (ratio: number): string => `${ratio < 1 ? '' : '+'}${((ratio - 1) * 100).toFixed(1)} %`;
