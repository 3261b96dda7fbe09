import type { RequestMark, ShownHeader } from '../../core/request-activity.ts';
import type { ChoiceEvent } from '../../core/run-event.ts';
import { addUsage, type Usage } from '../../core/usage.ts';
import type { ArrivedRequest, AskedAnswer, RequestTrace } from './activity-recorder.ts';
import { createAnswerText } from './answer-text.ts';
import type { Capture } from './captures.ts';
import { toClientName } from './client-name.ts';
import { redactHeaders } from './redact-headers.ts';
import { findMark, type RequestRecord } from './request-record.ts';
import { toOutcome } from './to-outcome.ts';

export interface RequestTraceOptions {
  readonly id: number;
  readonly request: ArrivedRequest;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Keeps headers that are the same in many requests once. */
  readonly shareHeaders: (headers: readonly ShownHeader[]) => readonly ShownHeader[];
  /** `null` where nothing is to be captured. */
  readonly capture: Capture | null;
  /** Given the record, which goes on changing, once: when the request is let in, or over. */
  readonly onRecord: (record: RequestRecord) => void;
  readonly onCancellable: (cancellation: AbortController) => void;
  readonly onChange: () => void;
  readonly onAnswerText: (text: string) => void;
  readonly onEnd: (record: RequestRecord) => void;
}

/** Writes down what happens to one request. */
export const createRequestTrace = ({
  id,
  request,
  startedAt,
  shareHeaders,
  capture,
  ...on
}: RequestTraceOptions): RequestTrace => {
  const arrivedAt = performance.now();
  const cancellation = new AbortController();
  const answerText = createAnswerText();
  const userAgent = request.headers.find(([name]) => name.toLowerCase() === 'user-agent')?.[1];
  const record: RequestRecord = {
    id,
    requestId: request.requestId,
    startedAt,
    method: request.method,
    path: request.path,
    client: toClientName(userAgent),
    requestHeaders: shareHeaders(redactHeaders(request.headers)),
    responseHeaders: [],
    protocol: request.protocol,
    tokenName: null,
    model: null,
    isStream: false,
    outcome: 'running',
    status: null,
    errorCode: null,
    errorMessage: null,
    finishReason: null,
    conversation: null,
    usage: null,
    costUsd: null,
    canCancel: false,
    marks: [],
  };
  let toCost: AskedAnswer['toCost'] = () => null;
  let isListed = false;
  /** Nothing that comes later counts. */
  let isOver = false;

  const addMark = (mark: RequestMark): void => {
    record.marks.push({ mark, atMs: Math.round((performance.now() - arrivedAt) * 10) / 10 });
  };
  const addOnce = (mark: RequestMark): void => {
    if (isOver || findMark(record, mark) !== null) return;
    addMark(mark);
    on.onChange();
  };
  const noteUsage = (usage: Usage | null): void => {
    if (usage === null) return;
    record.usage = addUsage(record.usage, usage);
    record.costUsd = toCost(record.usage);
  };
  const list = (): void => {
    if (!isListed) on.onRecord(record);
    isListed = true;
  };
  const noteEvent = (event: ChoiceEvent): void => {
    if (isOver) return;
    switch (event.type) {
      case 'run-start':
        addOnce('run-started');
        break;
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-call':
        addOnce('first-delta');
        break;
      case 'run-end':
        record.finishReason = event.finishReason;
        noteUsage(event.usage);
        break;
      case 'run-error':
        record.errorCode = event.error.code;
        record.errorMessage = event.error.message;
        break;
      case 'text-start':
      case 'text-end':
      case 'reasoning-start':
      case 'reasoning-end':
    }
    if (capture === null) return;
    const kept = capture.noteAnswerText(answerText.next(event));
    if (kept !== '') on.onAnswerText(kept);
  };

  return {
    traceContext: request.traceContext,
    cancellation: cancellation.signal,
    mark(mark) {
      if (mark === 'read' && !isOver) {
        record.canCancel = true;
        on.onCancellable(cancellation);
      }
      addOnce(mark);
    },
    noteClient({ tokenName }) {
      record.tokenName = tokenName;
      addMark('authenticated');
      list();
      on.onChange();
    },
    noteBody(bytes) {
      capture?.noteRequestBody(bytes);
    },
    noteAnswer(answer) {
      if (isOver) return;
      ({ toCost } = answer);
      Object.assign(record, { model: answer.model, isStream: answer.isStream });
      on.onChange();
    },
    notePlaced(conversation) {
      if (isOver) return;
      record.conversation = conversation;
      addOnce('placed');
    },
    noteEvent,
    noteFailure({ code, message }) {
      if (isOver) return;
      record.errorCode = code;
      record.errorMessage = message;
    },
    isCapturing: capture !== null,
    noteResponseBody(body) {
      capture?.noteResponseBody(body);
    },
    end({ status, isComplete, headers }) {
      addMark('ended');
      isOver = true;
      record.status = status;
      record.responseHeaders = shareHeaders(redactHeaders(headers));
      record.canCancel = false;
      const { errorCode } = record;
      record.outcome = toOutcome({ status, isComplete, errorCode, isCancelled: cancellation.signal.aborted });
      list();
      on.onEnd(record);
      on.onChange();
    },
  };
};
