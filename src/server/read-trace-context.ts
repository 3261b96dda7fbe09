import { randomBytes } from 'node:crypto';
import type { TraceContext } from '../core/trace-context.ts';

/** The headers of https://www.w3.org/TR/trace-context/ as they came; several of one name joined by commas. */
export interface TraceHeaders {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** Version, trace id, parent id, flags; what a version after the first may have more comes after another dash. */
const TRACEPARENT =
  /^(?!ff)(?<version>[\da-f]{2})-(?!0{32})(?<traceId>[\da-f]{32})-(?!0{16})[\da-f]{16}-(?<flags>[\da-f]{2})(?<rest>-.*)?$/;

/** Sampled, and random trace id. The others have no meaning yet and must not be passed on. */
const KNOWN_FLAGS = 0b11;

/** What has to be passed on at least, and is at most. */
const MAX_STATE = 512;
const MAX_MEMBERS = 32;

/** A name, also `tenant@system`, and a value of printable ASCII that does not end in a space. */
const MEMBER = /^(?:[a-z][\w\-*/]{0,255}|[a-z\d][\w\-*/]{0,240}@[a-z][\w\-*/]{0,13})=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/;

/**
 * The trace that a request is a part of, with a span of its own in it; `undefined` where its client names none. As the
 * standard has it, a malformed `traceparent` counts as none, and a malformed `tracestate` is left out.
 */
export const readTraceContext = ({ traceparent, tracestate }: TraceHeaders): TraceContext | undefined => {
  const { version, traceId, flags, rest } = TRACEPARENT.exec(traceparent?.trim() ?? '')?.groups ?? {};
  if (traceId === undefined || flags === undefined || (version === '00' && rest !== undefined)) return undefined;
  return {
    traceId,
    spanId: createSpanId(),
    flags: Number.parseInt(flags, 16) & KNOWN_FLAGS,
    traceState: toTraceState(tracestate ?? ''),
  };
};

const createSpanId = (): string => {
  const spanId = randomBytes(8).toString('hex');
  return /^0+$/.test(spanId) ? createSpanId() : spanId;
};

/** Where it is too long, whole members go: long ones first, then those at the end, which are the oldest. */
const toTraceState = (header: string): string | null => {
  const members = header
    .split(',')
    .map((member) => member.replaceAll(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '');
  const names = new Set(members.map((member) => member.slice(0, member.indexOf('='))));
  const isValid =
    members.length <= MAX_MEMBERS && names.size === members.length && members.every((member) => MEMBER.test(member));
  if (!isValid || members.length === 0) return null;
  let kept = members;
  if (kept.join(',').length > MAX_STATE) kept = kept.filter(({ length }) => length <= 128);
  while (kept.join(',').length > MAX_STATE) kept = kept.slice(0, -1);
  return kept.length === 0 ? null : kept.join(',');
};
