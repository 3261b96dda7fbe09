import type { ConversationTimes, SourceTimes } from './measure-conversations.ts';
import type { ToolRounds, ToolShape } from './measure-tool-rounds.ts';
import type { ConversationBytes } from './measure-upstream.ts';
import { formatNumber, formatRatio, renderTable } from './table.ts';
import type { UpstreamBytes } from './upstream-counter.ts';

/** First deltas early and late in a conversation. */
export const toConversationTable = ({ turns, bareSdk, portside }: ConversationTimes): string => {
  const toRow = (name: string, { second, last }: SourceTimes): string[] => [
    name,
    toMilliseconds(second),
    toMilliseconds(last),
    formatRatio(last / second),
  ];
  return renderTable(
    ['first delta', ...toTurnHeaders(turns)],
    [toRow('bare SDK, one agent', bareSdk), [...toRow('Portside', portside), toMilliseconds(portside.lastAfresh)]],
  );
};

/** What goes to the backend early and late in a conversation. */
export const toConversationBytesTable = ({ turns, second, last, lastAfresh }: ConversationBytes): string => {
  const toRow = (name: string, bytes: (of: UpstreamBytes) => number): string[] => [
    name,
    String(bytes(second)),
    String(bytes(last)),
    bytes(second) === 0 ? '' : formatRatio(bytes(last) / bytes(second)),
    String(bytes(lastAfresh)),
  ];
  return renderTable(
    ['bytes upstream', ...toTurnHeaders(turns)],
    [
      toRow('user message', ({ userMessage }) => userMessage),
      toRow('system prompt and tools', ({ definitions }) => definitions),
      toRow('names of the history’s blobs', ({ references }) => references),
      toRow('the run’s first message, as sent (in hexadecimal)', ({ runRequest }) => runRequest),
      toRow('blobs that the backend asks for, as sent', ({ blobs }) => blobs),
      toRow('all requests of the run, headers included', ({ all }) => all),
    ],
  );
};

/** Rounds of tool calls. */
export const toToolRoundsTable = (all: readonly ToolRounds[]): string =>
  renderTable(
    ['one round of tool calls', 'bare SDK', 'Portside', 'behind the bare SDK', 'within pairs', 'ratio'],
    all.map(({ job, bareSdkMs, portsideMs, pairedDifferenceMs }) => [
      toCallsText(job),
      toMilliseconds(bareSdkMs),
      toMilliseconds(portsideMs),
      toMilliseconds(portsideMs - bareSdkMs),
      toMilliseconds(pairedDifferenceMs),
      formatRatio(portsideMs / bareSdkMs),
    ]),
  );

/** The calls of one round, in words. */
export const toCallsText = ({ calls }: ToolShape): string => (calls === 1 ? '1 listed call' : `${calls} listed calls`);

const toTurnHeaders = (turns: number): readonly string[] => [
  'turn 2',
  `turn ${turns}`,
  'ratio',
  `turn ${turns} afresh`,
];

const toMilliseconds = (value: number): string => `${formatNumber(value)} ms`;
