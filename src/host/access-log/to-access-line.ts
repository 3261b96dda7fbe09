import type { GatewayErrorCode } from '../../core/error-specs.ts';
import type { RequestOutcome, RequestProtocol } from '../../core/request-activity.ts';
import { redactName, redactPath, redactText } from '../../core/secret-forms.ts';
import type { TraceContext } from '../../core/trace-context.ts';
import type { Usage } from '../../core/usage.ts';

/** What the access log knows of a request that is over: nothing of what was said, no header and no query. */
export interface AccessRecord {
  /** When it came, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly requestId: string;
  readonly traceContext: TraceContext | undefined;
  readonly method: string;
  /** As it came, without its query. */
  readonly path: string;
  /** The path as the API defines it; `null` where nothing is there. */
  readonly route: string | null;
  readonly protocol: RequestProtocol | null;
  /** `null` where the client hung up before there was one. */
  readonly status: number | null;
  readonly outcome: RequestOutcome;
  readonly errorCode: GatewayErrorCode | null;
  readonly durationMs: number;
  /** From the arrival to the first text, reasoning or tool call. */
  readonly timeToFirstDeltaMs: number | null;
  /** How long it has waited for its turn to run. */
  readonly queuedMs: number | null;
  readonly tokenName: string | null;
  readonly model: string | null;
  readonly isStream: boolean;
  readonly conversation: string | null;
  readonly usage: Usage | null;
  readonly costUsd: number | null;
}

/** A record as a line of JSON. What a client has chosen freely is cut, and left out where it looks like a secret. Pure. */
export const toAccessLine = ({ startedAt, traceContext, usage, ...record }: AccessRecord): string =>
  JSON.stringify({
    time: new Date(startedAt).toISOString(),
    requestId: redactText(record.requestId),
    traceId: traceContext?.traceId ?? null,
    spanId: traceContext?.spanId ?? null,
    method: record.method,
    path: redactPath(record.path),
    route: record.route,
    protocol: record.protocol,
    status: record.status,
    outcome: record.outcome,
    errorCode: record.errorCode,
    durationMs: toTenths(record.durationMs),
    timeToFirstDeltaMs: toTenths(record.timeToFirstDeltaMs),
    queuedMs: toTenths(record.queuedMs),
    tokenName: record.tokenName === null ? null : redactName(record.tokenName),
    model: record.model === null ? null : redactName(record.model),
    isStream: record.isStream,
    conversation: record.conversation,
    // As OpenAI counts: what came from the cache is a part of the input.
    inputTokens: usage === null ? null : usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
    cachedInputTokens: usage?.cacheReadTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    reasoningTokens: usage?.reasoningTokens ?? null,
    costUsd: record.costUsd,
  });

const toTenths = (milliseconds: number | null): number | null =>
  milliseconds === null ? null : Math.round(milliseconds * 10) / 10;
