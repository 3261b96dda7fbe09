import type { ConversationTimes } from './measure-conversations.ts';
import type { FirstDelta } from './measure-first-delta.ts';
import type { Startup } from './measure-startup.ts';
import type { Series } from './measure-streams.ts';
import type { ResponseTimes } from './measure-responses.ts';
import type { ToolRounds } from './measure-tool-rounds.ts';
import type { ConversationBytes } from './measure-upstream.ts';
import { toCallsText } from './conversation-tables.ts';
import { findSeries, medianRatio, toSlowdown } from './ratios.ts';
import { toResponseTargets } from './response-targets.ts';
import { medianOf } from './statistics.ts';
import { formatNumber, renderTable } from './table.ts';

/** All that was measured. */
export interface Measurements {
  readonly starts: readonly Startup[];
  readonly firstDelta: FirstDelta;
  readonly conversation: ConversationTimes;
  readonly upstream: ConversationBytes;
  readonly toolRounds: readonly ToolRounds[];
  readonly responses: ResponseTimes;
  readonly unpaced: readonly Series[];
  readonly paced: readonly Series[];
}

/** A figure that Portside has set itself. */
export interface Target {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
  /** Whether less is better. */
  readonly isMaximum: boolean;
}

/** Whether Portside got there. */
export const toTargetsTable = (targets: readonly Target[]): string =>
  renderTable(
    ['target', 'limit', 'measured', ''],
    targets.map(({ name, value, limit, unit, isMaximum }) => [
      name,
      `${isMaximum ? '≤' : '≥'} ${limit}${unit}`,
      `${formatNumber(value)}${unit}`,
      (isMaximum ? value <= limit : value >= limit) ? 'met' : 'MISSED',
    ]),
  );

/** All targets, with what was measured. */
export const toTargets = ({
  starts,
  firstDelta,
  responses,
  unpaced,
  paced,
  ...others
}: Measurements): readonly Target[] => {
  const many = 50;
  const memory = starts.flatMap((start) => start.memory ?? []);
  const slowdown = toSlowdown(findSeries(paced, 'Portside', many), findSeries(paced, 'bare SDK', many));
  const throughput = medianRatio(
    findSeries(unpaced, 'Portside', many),
    findSeries(unpaced, 'bare SDK', many),
    ({ deltasPerSecond }) => deltasPerSecond,
  );
  return [
    {
      name: 'first delta behind the bare SDK, 1 stream',
      value: firstDelta.portsideMs - firstDelta.bareSdkMs,
      limit: 2,
      unit: ' ms',
      isMaximum: true,
    },
    ...toConversationTargets(others),
    ...toResponseTargets(responses),
    {
      name: 'worst of 50 paced streams behind the bare SDK',
      value: (slowdown.worst - 1) * 100,
      limit: 10,
      unit: ' %',
      isMaximum: true,
    },
    {
      name: 'throughput of 50 unpaced streams, of the bare SDK’s',
      value: throughput,
      limit: 0.8,
      unit: '×',
      isMaximum: false,
    },
    {
      name: 'first HTTP answer on /health',
      value: medianOf(starts.map(({ firstAnswerMs }) => firstAnswerMs)),
      limit: 300,
      unit: ' ms',
      isMaximum: true,
    },
    {
      name: 'memory of the server, idle',
      value: medianOf(memory.map(({ serverBytes }) => serverBytes)) / 2 ** 20,
      limit: 90,
      unit: ' MB',
      isMaximum: true,
    },
    {
      name: 'memory of the bridge, of a bare process with the SDK',
      value: medianOf(memory.map(({ bridgeBytes, bareSdkBytes }) => bridgeBytes / bareSdkBytes)),
      limit: 1.1,
      unit: '×',
      isMaximum: true,
    },
  ];
};

const toConversationTargets = ({
  conversation: { turns, portside },
  upstream: { second, last },
  toolRounds,
}: Pick<Measurements, 'conversation' | 'upstream' | 'toolRounds'>): readonly Target[] => [
  {
    name: `first delta of turn ${turns}, of turn 2’s`,
    value: portside.last / portside.second,
    limit: 1.3,
    unit: '×',
    isMaximum: true,
  },
  {
    name: `bytes that turn ${turns} says, of turn 2’s: message, system prompt, tools`,
    value: (last.userMessage + last.definitions) / (second.userMessage + second.definitions),
    limit: 1.2,
    unit: '×',
    isMaximum: true,
  },
  ...toolRounds.map(({ job, bareSdkMs, portsideMs }) => ({
    name: `a round of ${toCallsText(job)} behind the bare SDK`,
    value: portsideMs - bareSdkMs,
    limit: 20,
    unit: ' ms',
    isMaximum: true,
  })),
];
