import type { FirstEventTimes } from './client.ts';
import type { FirstEvents } from './measure-first-event.ts';
import type { ResponseTimes } from './measure-responses.ts';
import type { Spread, StoredResponses } from './measure-stored-responses.ts';
import type { WireRounds } from './measure-wire-rounds.ts';
import { formatMebibytes, formatNumber, formatRatio, renderTable } from './table.ts';

/** All that was measured of the Responses API. */
export const toResponseTables = ({ firstEvents, rounds, stored }: ResponseTimes): readonly string[] => [
  toFirstEventTable(firstEvents),
  toWireRoundsTable(rounds),
  toStoredTable(stored),
];

const toFirstEventTable = ({ chat, responses, pairedDifference }: FirstEvents): string => {
  const toRow = (name: string, { firstEventMs, firstDeltaMs, totalMs }: FirstEventTimes): string[] => [
    name,
    ...[firstEventMs, firstDeltaMs, totalMs].map(toMilliseconds),
  ];
  return renderTable(
    ['warm, 1 stream', 'first event', 'first delta', 'whole answer'],
    [
      toRow('Chat Completions', chat),
      toRow('Responses, stored', responses),
      toRow('Responses behind Chat Completions, within pairs', pairedDifference),
    ],
  );
};

const toWireRoundsTable = ({ rounds, wires }: WireRounds): string =>
  renderTable(
    ['rounds of one tool call', `${rounds} rounds`, 'one round', 'of Responses over HTTP, within runs'],
    wires.map(({ wire, runMs, pairedRatio }) => [
      WIRE_NAMES[wire],
      toMilliseconds(runMs),
      toMilliseconds(runMs / rounds),
      formatRatio(pairedRatio),
    ]),
  );

const WIRE_NAMES: Readonly<Record<WireRounds['wires'][number]['wire'], string>> = {
  'Chat Completions': 'Chat Completions, whole conversation sent',
  Responses: 'Responses over HTTP, stored',
  'Responses over WebSocket': 'Responses over one WebSocket, not stored',
};

const toStoredTable = ({ size, bytes, stored, models }: StoredResponses): string => {
  const toRow = (name: string, { medianMs, p99Ms, worstMs }: Spread): string[] => [
    name,
    ...[medianMs, p99Ms, worstMs].map(toMilliseconds),
  ];
  const threads = Math.ceil(size.answers / size.perThread);
  return renderTable(
    [
      `${size.answers} stored responses: ${threads} threads, ${size.owners} owners, ${formatMebibytes(size.fileBytes)}`,
      'median',
      'p99',
      'worst',
    ],
    [toRow(`GET /v1/responses/{id}, ${(bytes / 1024).toFixed(1)} KB`, stored), toRow('GET /v1/models', models)],
  );
};

const toMilliseconds = (value: number): string => `${formatNumber(value)} ms`;
