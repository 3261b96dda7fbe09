import { expect, onTestFinished, test, vi } from 'vitest';
import { createConsoleLogger } from '../../../src/cli/console-logger.ts';
import type { LogFields } from '../../../src/core/logger.ts';

/** What is written, without its time. */
const write = (message: string, fields?: LogFields): string => {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => stderr.mockRestore());
  createConsoleLogger({ isVerbose: false }).info(message, fields);
  return String(stderr.mock.calls[0]?.[0]).replace(/^\S+ /, '');
};

test.each<[LogFields, string]>([
  [{ requestId: 'request-1', durationMs: 5, traceId: undefined }, ' requestId=request-1 durationMs=5'],
  [{ requestId: 'a level=error b' }, ' requestId="a level=error b"'],
  [{ requestId: 'say "hi"' }, String.raw` requestId="say \"hi\""`],
  [{ requestId: '' }, ' requestId=""'],
  [{ reason: 'a\r\nb\u001b[2J\u009b2J\u0085' }, String.raw` reason="a\r\nb\u001b[2J\u009b2J\u0085"`],
  [{ name: 'Büro' }, ' name=Büro'],
])('fields are told apart, and obeyed by no terminal: %j', (fields, shown) => {
  expect(write('GET / 200', fields)).toBe(`info GET / 200${shown}\n`);
});

test('a message keeps its lines, and nothing that a terminal obeys', () => {
  expect(write('Failed: 100 %s\n\tat there\u001b[2J\u009b2J')).toBe(
    `info Failed: 100 %s\n\tat there${String.raw`\u001b[2J\u009b2J`}\n`,
  );
});
