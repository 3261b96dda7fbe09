import { expect, test } from 'vitest';
import { readTraceContext } from '../../../src/server/read-trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

test.each([
  ['sampled', `00-${TRACE}-${PARENT}-01`, 1],
  ['not sampled', `00-${TRACE}-${PARENT}-00`, 0],
  ['with a random id', `00-${TRACE}-${PARENT}-03`, 3],
  ['with flags that nobody knows', `00-${TRACE}-${PARENT}-ff`, 3],
  ['with spaces around it', ` 00-${TRACE}-${PARENT}-01\t`, 1],
  ['of a later version', `cc-${TRACE}-${PARENT}-01`, 1],
  ['of a later version that has more', `cc-${TRACE}-${PARENT}-01-what-the-future-brings`, 1],
])('a traceparent %s is taken', (_name, traceparent, flags) => {
  const read = readTraceContext({ traceparent, tracestate: undefined });
  expect(read).toEqual({ traceId: TRACE, spanId: expect.stringMatching(/^[\da-f]{16}$/), flags, traceState: null });
  expect([PARENT, '0'.repeat(16)]).not.toContain(read?.spanId);
});

test('each reading is a span of its own', () => {
  const headers = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: undefined };
  expect(readTraceContext(headers)?.spanId).not.toBe(readTraceContext(headers)?.spanId);
});

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['no trace id', `00-${'0'.repeat(32)}-${PARENT}-01`],
  ['no parent id', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['version ff', `ff-${TRACE}-${PARENT}-01`],
  ['capitals', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
  ['a short trace id', `00-${TRACE.slice(1)}-${PARENT}-01`],
  ['no flags', `00-${TRACE}-${PARENT}`],
  ['more than version 00 has', `00-${TRACE}-${PARENT}-01-more`],
  ['more than a later version may have', `cc-${TRACE}-${PARENT}-01.more`],
  ['two of them', `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`],
  ['no hexadecimal digits', `00-${TRACE}-${PARENT}-0x`],
])('%s counts as no trace', (_name, traceparent) => {
  expect(readTraceContext({ traceparent, tracestate: 'vendor=1' })).toBeUndefined();
});

const members = (count: number, length: number) =>
  Array.from({ length: count }, (_each, index) => `k${index}=`.padEnd(length, 'v'));

test.each([
  ['one member', 'congo=t61rcWkgMzE', 'congo=t61rcWkgMzE'],
  ['several headers', 'rojo=00f067aa, ,congo=t61r', 'rojo=00f067aa,congo=t61r'],
  ['tenants', '0tenant@system-1=a b', '0tenant@system-1=a b'],
  ['white space', ' a=1 \t, b=2', 'a=1,b=2'],
  ['nothing', '', null],
  ['a member without a value', 'a=1,b', null],
  ['a name with capitals', 'A=1', null],
  ['a value with an equals sign', 'a=b=c', null],
  ['a name twice', 'a=1,a=2', null],
  ['32 members', members(32, 5).join(','), members(32, 5).join(',')],
  ['33 members', members(33, 5).join(','), null],
  [
    'a long member among short ones',
    `a=1,long${members(1, 200).join('')},b=2,${members(3, 120).join(',')}`,
    `a=1,b=2,${members(3, 120).join(',')}`,
  ],
  ['too many for 512 characters', members(5, 128).join(','), members(3, 128).join(',')],
])('tracestate of %s', (_name, tracestate, kept) => {
  const read = readTraceContext({ traceparent: `00-${TRACE}-${PARENT}-01`, tracestate });
  expect(read?.traceState).toBe(kept);
});
