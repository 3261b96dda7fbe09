import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type LineFileOptions, openLineFile } from '../../../src/host/access-log/open-line-file.ts';
import { prepareLogFile } from '../../../src/host/access-log/prepare-log-file.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const begin = (options: Partial<LineFileOptions> = {}, content?: string) => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const file = folder.join('logs', 'access.log');
  if (content !== undefined) {
    mkdirSync(path.dirname(file));
    writeFileSync(file, content);
  }
  const logger = createMemoryLogger();
  const lines = openLineFile({ ...prepareLogFile(file), file, maxBytes: 1_000_000, keptFiles: 3, logger, ...options });
  onTestFinished(() => lines.close());
  return { file, logger, lines, read: (suffix = '') => readFileSync(`${file}${suffix}`, 'utf8') };
};

const modeOf = (name: string): string => (statSync(name).mode & 0o777).toString(8);

test('lines are added in their order, and all of them before the end', async () => {
  const { file, lines, logger, read } = begin({}, 'before\n');
  const numbers = Array.from({ length: 1000 }, (_each, index) => `line ${index}`);
  for (const line of numbers) lines.write(line);
  await lines.close();
  lines.write('late');
  expect(read()).toBe(['before', ...numbers, ''].join('\n'));
  expect([modeOf(file), logger.lines]).toEqual(['600', []]);
});

test('file and folder are the owner’s alone', async () => {
  const { file, lines } = begin();
  lines.write('x');
  await lines.close();
  expect([modeOf(file), modeOf(path.dirname(file))]).toEqual(['600', '700']);
});

test('a symbolic link is refused, and what it leads to is left as it is', () => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  writeFileSync(folder.join('victim'), 'mine', { mode: 0o644 });
  symlinkSync(folder.join('victim'), folder.join('access.log'));
  symlinkSync(folder.join('missing'), folder.join('dangling.log'));
  for (const name of ['access.log', 'dangling.log']) {
    expect(() => prepareLogFile(folder.join(name))).toThrow(
      /cannot be written: it is a symbolic link; name the file that it leads to\. Choose another file/,
    );
  }
  expect([readFileSync(folder.join('victim'), 'utf8'), modeOf(folder.join('victim'))]).toEqual(['mine', '644']);
  expect(existsSync(folder.join('missing'))).toBe(false);
});

test('a line that was broken off is ended first', async () => {
  const { lines, read } = begin({}, '{"half":');
  lines.write('whole');
  await lines.close();
  expect(read()).toBe('{"half":\nwhole\n');
});

test('a full file is renamed, and the oldest goes', async () => {
  const { file, lines, read } = begin({ maxBytes: 10, keptFiles: 2 });
  for (let line = 0; line < 7; line += 1) lines.write(`line ${line}`);
  await lines.close();
  // Two lines of seven characters fill one.
  expect([read(), read('.1'), read('.2')]).toEqual(['line 6\n', 'line 4\nline 5\n', 'line 2\nline 3\n']);
  expect(existsSync(`${file}.3`)).toBe(false);
  expect(['', '.1', '.2'].map((suffix) => modeOf(`${file}${suffix}`))).toEqual(['600', '600', '600']);
});

test('a failure is told of once, and again when it is over', async () => {
  const { file, lines, logger, read } = begin({ maxBytes: 10, keptFiles: 1, timing: { retryMs: 0 } });
  // Nothing can be renamed to a folder that holds something.
  mkdirSync(path.join(`${file}.1`, 'full'), { recursive: true });
  const failures = () => logger.lines.filter((line) => line.includes('cannot be written'));
  for (let line = 0; line < 20; line += 1) lines.write(`line ${line}`);
  await expect.poll(failures, { timeout: 5000, interval: 5 }).toHaveLength(1);
  rmSync(`${file}.1`, { recursive: true });
  await expect
    .poll(
      () => {
        lines.write('again');
        return logger.lines.filter((line) => line.includes('is written again'));
      },
      { timeout: 5000, interval: 5 },
    )
    .toHaveLength(1);
  await lines.close();
  expect(failures()).toHaveLength(1);
  expect(logger.lines.at(-1)).toMatch(/"missingLines":[1-9]/);
  expect(read()).toMatch(/^(?:again\n)*$/);
});

test('what the disk does not take in time is left out and counted', async () => {
  const { lines, logger, read } = begin({ maxQueuedBytes: 100 });
  const line = 'x'.repeat(49);
  for (let count = 0; count < 10; count += 1) lines.write(line);
  await expect.poll(() => logger.lines, { timeout: 5000, interval: 5 }).toHaveLength(2);
  lines.write(line);
  await lines.close();
  expect(logger.lines).toEqual([
    expect.stringContaining('error The disk does not keep up'),
    expect.stringMatching(/^warn The access log is written again\. .*"missingLines":7/),
  ]);
  expect(read()).toBe(`${line}\n`.repeat(4));
});

test.each([
  ['a folder', (file: string) => mkdirSync(file, { recursive: true })],
  [
    'in a file',
    (file: string) => {
      mkdirSync(path.dirname(path.dirname(file)), { recursive: true });
      writeFileSync(path.dirname(file), '');
    },
  ],
])('a path that is %s is refused with a sentence', (_name, prepare) => {
  using folder = createTemporaryFolder();
  const file = folder.join('logs', 'access.log');
  prepare(file);
  expect(() => prepareLogFile(file)).toThrow(`The access log ${file} cannot be written: `);
});

test('what others could read before, they cannot any more', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('access.log');
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  expect(prepareLogFile(file)).toEqual({ endsMidLine: false });
  expect(modeOf(file)).toBe('600');
});
