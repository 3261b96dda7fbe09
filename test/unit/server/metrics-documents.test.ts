import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createMetrics } from '../../../src/server/metrics/create-metrics.ts';
import { readMetrics } from '../../support/read-metrics.ts';

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, '../../../docs', file), 'utf8');

const readFamilies = async () => {
  const metrics = createMetrics({
    version: '0.0.0',
    answers: { activeRuns: 0, queuedRuns: 0, heldRunCount: 0 },
    backend: { state: { status: 'ready', reason: null, proxy: 'none', restarts: 0, warmth: 'warm' } },
    openWebSockets: () => 0,
  });
  const notes = metrics.begin({ requestId: 'r', method: 'POST', path: '/', protocol: 'anthropic', headers: [] });
  notes.mark?.('admitted');
  notes.noteAnswer?.({ model: 'm', isStream: false, toCost: () => 1 });
  notes.notePlaced?.('new');
  notes.noteEvent?.({ type: 'text-delta', id: 't', text: 'Hi' });
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 1, cacheWriteTokens: 1, reasoningTokens: 1 };
  notes.noteEvent?.({ type: 'run-end', finishReason: 'stop', usage, durationMs: 1 });
  notes.end({ status: 200, route: '/v1/messages', isComplete: true, headers: [] });
  const { families, samples } = readMetrics(await metrics.read());
  return families.map(({ name: familyName, help, type }) => {
    const sample = samples.find(({ name }) => name === familyName || name === `${familyName}_count`);
    if (sample === undefined) throw new Error(`There is no sample of ${familyName}.`);
    return { name: familyName, help, type, labels: Object.keys(sample.labels) };
  });
};

test('names, types and help texts follow the rules of Prometheus', async () => {
  const families = await readFamilies();
  expect(families.length).toBeGreaterThan(10);
  for (const { name, help, type, labels } of families) {
    // https://prometheus.io/docs/practices/naming/
    expect(name).toMatch(/^portside_[a-z]+(_[a-z]+)*$/);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect([name, name.endsWith('_seconds')]).toEqual([name, type === 'histogram']);
    expect(name).not.toMatch(/_(?:ms|milliseconds|minutes|kilobytes|megabytes|count|sum|bucket)(?:_|$)/);
    expect(help).toMatch(/^[A-Z].{10,}\.$/);
    for (const label of labels) expect(label).toMatch(/^(?!le$|quantile$)[a-z]+$/);
  }
});

test('docs/monitoring.md lists every metric as it is', async () => {
  const rows = read('monitoring.md').match(/^\| `portside_.*$/gm);
  const expected = (await readFamilies()).map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  );
  expect(rows?.map((row) => row.replaceAll(/ +/g, ' ')).toSorted()).toEqual(
    expected.map((row) => row.replaceAll(/ +/g, ' ')).toSorted(),
  );
});

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly panels?: readonly Panel[];
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource?: { readonly uid: string } }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

interface Dashboard {
  readonly panels: readonly Panel[];
}

const dashboard = JSON.parse(read('monitoring/grafana-dashboard.json')) as Dashboard;

test('the dashboard shows every metric, and no other', async () => {
  const shown = new Set(JSON.stringify(dashboard).match(/portside_[a-z_]+/g));
  const families = await readFamilies();
  const queryable = new Set(
    families.flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
  expect([...shown].filter((name) => !queryable.has(name))).toEqual([]);
  const bases = new Set([...shown].map((name) => name.replace(/_(?:bucket|count|sum)$/, '')));
  expect(families.map(({ name }) => name).filter((name) => !bases.has(name))).toEqual([]);
});

test('the dashboard uses labels that there are', async () => {
  const known = new Set((await readFamilies()).flatMap(({ labels }) => labels));
  const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join('\n');
  const grouped = expressions.matchAll(/by \(([^)]*)\)/g);
  const matched = expressions.matchAll(/[{,]\s*([a-z]+)(?:=|!=|=~|!~)"/g);
  const used = [...grouped, ...matched].flatMap(([, list = '']) => list.split(', '));
  expect(used.length).toBeGreaterThan(10);
  // What Prometheus itself adds, and what a histogram has.
  expect(used.filter((label) => !known.has(label) && !['instance', 'job', 'le'].includes(label))).toEqual([]);
});

test('the dashboard can be imported: it asks for its data source, and nothing in it overlaps', () => {
  const input = { name: 'DS_PROMETHEUS', type: 'datasource', pluginId: 'prometheus' };
  expect(dashboard).toMatchObject({ __inputs: [input], id: null });
  const cells = new Set<string>();
  for (const { title, type, gridPos, targets = [], datasource } of dashboard.panels) {
    expect(title).not.toBe('');
    if (type !== 'row') {
      expect([title, datasource?.uid]).toEqual([title, '${DS_PROMETHEUS}']);
      expect(targets.length).toBeGreaterThan(0);
    }
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect([title, cells.has(`${x},${y}`)]).toEqual([title, false]);
        cells.add(`${x},${y}`);
      }
  }
  expect(dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
    'Traffic',
    'Latency',
    'Tokens and cost',
    'Runs and bridge',
    'Errors',
  ]);
});
