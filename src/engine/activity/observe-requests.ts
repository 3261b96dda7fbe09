import type { ActivityRecorder, ArrivedRequest, RequestTrace } from './activity-recorder.ts';

/** What an observer is told of one request. Nothing of it throws or slows an answer down. */
export type RequestNotes = Pick<RequestTrace, 'end'> &
  Partial<Pick<RequestTrace, 'mark' | 'noteClient' | 'noteAnswer' | 'notePlaced' | 'noteEvent' | 'noteFailure'>>;

/** Looks at requests beside the log of the panel: counts them, or writes a line for each. */
export interface RequestObserver {
  begin(request: ArrivedRequest): RequestNotes;
}

/** Tells several observers, and the log of the panel where there is one, what is noted of each request. */
export const observeRequests = (
  recorder: Pick<ActivityRecorder, 'begin'> | null,
  observers: readonly RequestObserver[],
): Pick<ActivityRecorder, 'begin'> => ({
  begin(request) {
    const trace = recorder?.begin(request) ?? null;
    const all: readonly RequestNotes[] = [
      ...(trace === null ? [] : [trace]),
      ...observers.map((observer) => observer.begin(request)),
    ];
    return {
      traceContext: request.traceContext,
      // Nobody can cancel what nobody sees.
      cancellation: trace?.cancellation ?? new AbortController().signal,
      isCapturing: trace?.isCapturing ?? false,
      mark: (mark) => all.forEach((each) => each.mark?.(mark)),
      noteClient: (client) => all.forEach((each) => each.noteClient?.(client)),
      noteBody: (bytes) => trace?.noteBody(bytes),
      noteAnswer: (answer) => all.forEach((each) => each.noteAnswer?.(answer)),
      notePlaced: (conversation) => all.forEach((each) => each.notePlaced?.(conversation)),
      noteEvent: (event) => all.forEach((each) => each.noteEvent?.(event)),
      noteFailure: (error) => all.forEach((each) => each.noteFailure?.(error)),
      noteResponseBody: (body) => trace?.noteResponseBody(body),
      end: (response) => all.forEach((each) => each.end(response)),
    };
  },
});
