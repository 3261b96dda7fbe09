import type { GatewayErrorCode } from '../../core/error-specs.ts';
import type {
  RequestDetail,
  RequestMark,
  RequestOutcome,
  RequestProtocol,
  RequestSummary,
} from '../../core/request-activity.ts';
import type { Usage } from '../../core/usage.ts';

/** What is written down of a request while it goes on. */
export interface RequestRecord {
  readonly id: number;
  readonly requestId: string;
  readonly startedAt: number;
  readonly method: string;
  readonly path: string;
  readonly client: string | null;
  readonly requestHeaders: RequestDetail['requestHeaders'];
  responseHeaders: RequestDetail['responseHeaders'];
  readonly protocol: RequestProtocol | null;
  tokenName: string | null;
  model: string | null;
  isStream: boolean;
  outcome: RequestOutcome;
  status: number | null;
  errorCode: GatewayErrorCode | null;
  errorMessage: string | null;
  finishReason: string | null;
  conversation: string | null;
  usage: Usage | null;
  costUsd: number | null;
  canCancel: boolean;
  readonly marks: { readonly mark: RequestMark; readonly atMs: number }[];
}

/** In milliseconds from the arrival; `null` where it was not reached. */
export const findMark = ({ marks }: Pick<RequestRecord, 'marks'>, wanted: RequestMark): number | null =>
  marks.find(({ mark }) => mark === wanted)?.atMs ?? null;

/** A row of the list. */
export const toSummary = (record: RequestRecord): RequestSummary => ({
  id: record.id,
  requestId: record.requestId,
  startedAt: record.startedAt,
  method: record.method,
  path: record.path,
  client: record.client,
  protocol: record.protocol,
  tokenName: record.tokenName,
  model: record.model,
  isStream: record.isStream,
  outcome: record.outcome,
  status: record.status,
  errorCode: record.errorCode,
  firstDeltaMs: findMark(record, 'first-delta'),
  durationMs: findMark(record, 'ended'),
  usage: record.usage,
  costUsd: record.costUsd,
  canCancel: record.canCancel,
});
