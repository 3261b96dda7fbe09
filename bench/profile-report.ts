import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Profiler } from 'node:inspector';
import { renderTable } from './table.ts';

/** How many functions are worth a line. */
const TOP = 25;

interface Place {
  readonly name: string;
  readonly file: string;
  readonly selfMs: number;
}

/** The functions with the most self time in a `.cpuprofile`, then the same by file. */
export const reportProfile = (title: string, file: string, deltas: number): string => {
  const profile: Profiler.Profile = JSON.parse(readFileSync(file, 'utf8'));
  const places = toPlaces(profile);
  // What the profiler itself takes while it starts is no part of the program.
  const busy = places.filter(({ name, file: where }) => name !== '(idle)' && !where.startsWith('node:inspector'));
  const busyMs = sum(busy);
  const wallMs = sum(places);
  const toRow = ({ name, file: where, selfMs }: Place): string[] => [
    `${name} ${where}`.trim(),
    selfMs.toFixed(0),
    `${((selfMs / busyMs) * 100).toFixed(1)} %`,
    ((selfMs / deltas) * 1000).toFixed(2),
  ];
  const byFile = [...Map.groupBy(busy, ({ file: where }) => where.replace(/:\d+$/, '') || 'engine')].map(
    ([where, members]) => ({ name: where, file: '', selfMs: sum(members) }),
  );
  const headers = ['self time', 'ms', 'of busy', 'ms per 1000 deltas'];
  return [
    `### ${title}: busy ${busyMs.toFixed(0)} of ${wallMs.toFixed(0)} ms`,
    renderTable(headers, largest(busy, TOP).map(toRow)),
    renderTable(headers, largest(byFile, 10).map(toRow)),
  ].join('\n\n');
};

const toPlaces = ({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Place[] => {
  const callFrames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const places = new Map<string, Place>();
  for (const [index, id] of samples.entries()) {
    const frame = callFrames.get(id);
    if (frame === undefined) continue;
    const name = frame.functionName === '' ? '(anonymous)' : frame.functionName;
    const file = frame.url === '' ? '' : `${toShortUrl(frame.url)}:${frame.lineNumber + 1}`;
    const key = `${name} ${file}`;
    const selfMs = (places.get(key)?.selfMs ?? 0) + (timeDeltas[index] ?? 0) / 1000;
    places.set(key, { name, file, selfMs });
  }
  return [...places.values()];
};

const toShortUrl = (url: string): string =>
  url.startsWith('node:') ? url : path.join(path.basename(path.dirname(url)), path.basename(url));

const largest = (places: readonly Place[], count: number): Place[] =>
  places.toSorted((left, right) => right.selfMs - left.selfMs).slice(0, count);

const sum = (places: readonly Place[]): number => places.reduce((total, { selfMs }) => total + selfMs, 0);
