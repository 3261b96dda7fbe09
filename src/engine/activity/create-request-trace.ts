import type { RequestMark } from '../../core/request-activity.ts';
import type { ChoiceEvent } from '../../core/run-event.ts';
import { addUsage, type Usage } from '../../core/usage.ts';
import type { ArrivedRequest, AskedAnswer, RequestTrace } from './activity-recorder.ts';
import { createAnswerText } from './answer-text.ts';
import type { Capture } from './captures.ts';
import { toClientName } from './client-name.ts';
import { redactHeaders } from './redact-headers.ts';
import { findMark, type RequestRecord } from './request-record.ts';

export interface RequestTraceOptions {
  readonly id: number;
  readonly request: ArrivedRequest;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** `null` where nothing is to be captured. */
  readonly capture: Capture | null;
  /** Given the record, which goes on changing, once. */
  readonly onRecord: (record: RequestRecord) => void;
  readonly onCancellable: (cancellation: AbortController) => void;
  readonly onChange: () => void;
  readonly onAnswerText: (text: string) => void;
  readonly onEnd: (record: RequestRecord) => void;
}

/** Writes down what happens to one request. */
export const createRequestTrace = ({ id, request, startedAt, capture, ...on }: RequestTraceOptions): RequestTrace => {
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
    requestHeaders: redactHeaders(request.headers),
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

  const addMark = (mark: RequestMark): void => {
    record.marks.push({ mark, atMs: Math.round((performance.now() - arrivedAt) * 10) / 10 });
  };
  const addOnce = (mark: RequestMark): void => {
    if (findMark(record, mark) !== null) return;
    addMark(mark);
    on.onChange();
  };
  const noteUsage = (usage: Usage | null): void => {
    if (usage === null) return;
    record.usage = addUsage(record.usage, usage);
    record.costUsd = toCost(record.usage);
  };
  const noteEvent = (event: ChoiceEvent): void => {
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

  on.onRecord(record);
  on.onChange();
  return {
    cancellation: cancellation.signal,
    mark: addOnce,
    noteClient({ tokenName }) {
      record.tokenName = tokenName;
      addOnce('authenticated');
    },
    noteBody(bytes) {
      capture?.noteRequestBody(bytes.toString('utf8'));
    },
    noteAnswer(answer) {
      ({ toCost } = answer);
      Object.assign(record, { model: answer.model, isStream: answer.isStream, canCancel: true });
      on.onCancellable(cancellation);
      on.onChange();
    },
    notePlaced(conversation) {
      record.conversation = conversation;
      addOnce('placed');
    },
    noteEvent,
    noteFailure({ code, message }) {
      record.errorCode = code;
      record.errorMessage = message;
    },
    isCapturing: capture !== null,
    noteResponseBody(body) {
      capture?.noteResponseBody(body);
    },
    end({ status, isComplete, headers }) {
      addMark('ended');
      record.status = status;
      record.responseHeaders = redactHeaders(headers);
      record.canCancel = false;
      if (cancellation.signal.aborted || (!isComplete && record.errorCode === null)) record.outcome = 'cancelled';
      else if (record.errorCode !== null || status === null || status >= 400) record.outcome = 'failed';
      else record.outcome = 'succeeded';
      on.onEnd(record);
      on.onChange();
    },
  };
};
