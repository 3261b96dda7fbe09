import type { Request, RequestHandler, Response } from 'express';
import type { GatewayError } from '../../core/gateway-error.ts';
import type { RequestProtocol } from '../../core/request-activity.ts';
import { redactPath } from '../../core/secret-forms.ts';
import type { ActivityRecorder, RequestTrace } from '../../engine/activity/activity-recorder.ts';
import { isQuietPath } from '../quiet-paths.ts';
import { getRequestId } from './request-id.ts';
import { getTraceContext } from './trace-context.ts';

/** What the paths of an API end in, whatever prefix it is served under. As for the router, a slash may follow, and letters may be large. */
const PROTOCOLS: readonly (readonly [path: RegExp, protocol: RequestProtocol])[] = [
  [/\/chat\/completions(?:\/|$)/i, 'openai-chat'],
  [/\/v1\/completions\/?$/i, 'openai-completions'],
  [/\/v1\/(?:responses|conversations)(?:\/|$)/i, 'openai-responses'],
  [/\/v1\/messages(?:\/|$)/i, 'anthropic'],
  [/^\/api\//i, 'ollama'],
  [/\/models(?:\/[^/]+)?\/?$/i, 'models'],
  [/\/sessions(?:\/[^/]+)?\/?$/i, 'sessions'],
];

/**
 * Writes each request down in the log of the panel; it comes before everything that may refuse one. Those to quiet paths are
 * written down where they fail, as guesses of a token do.
 */
export const recordActivity =
  (recorder: Pick<ActivityRecorder, 'begin'>): RequestHandler =>
  (request, response, next) => {
    const begin = (): void => beginTrace(recorder, request, response);
    if (isQuietPath(request.path)) response.locals['untraced'] = new Untraced(begin);
    else begin();
    next();
  };

const beginTrace = (recorder: Pick<ActivityRecorder, 'begin'>, request: Request, response: Response): void => {
  const trace = recorder.begin({
    requestId: getRequestId(response),
    method: request.method,
    path: redactPath(request.path),
    protocol: PROTOCOLS.find(([path]) => path.test(request.path))?.[1] ?? null,
    traceContext: getTraceContext(response),
    headers: toPairs(request.rawHeaders),
  });
  if (trace.isCapturing) {
    const json = response.json.bind(response);
    response.json = (body: unknown) => {
      trace.noteResponseBody(JSON.stringify(body));
      return json(body);
    };
  }
  const traced = new Traced(trace);
  response.locals['traced'] = traced;
  response.once('close', () => {
    if (traced.isLeftOpen) return;
    trace.end({
      status: response.headersSent ? response.statusCode : null,
      route: toRoute(request),
      isComplete: response.writableFinished,
      headers: Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]),
    });
  });
};

/** Writes down what a request has failed with, and the request too, where it would not have been otherwise. */
export const noteFailure = (response: Response, error: GatewayError): void => {
  const { untraced } = response.locals;
  if (getTrace(response) === null && untraced instanceof Untraced) untraced.begin();
  getTrace(response)?.noteFailure(error);
};

/** What is written down of the request that this answers; `null` where nothing is. */
export const getTrace = (response: { locals: Record<string, unknown> }): RequestTrace | null => {
  const { traced } = response.locals;
  return traced instanceof Traced ? traced.trace : null;
};

/** Leaves it to another to say when the request is over: its answer goes on without the connection. */
export const leaveTraceOpen = (response: { locals: Record<string, unknown> }): void => {
  const { traced } = response.locals;
  if (traced instanceof Traced) traced.isLeftOpen = true;
};

/** Tells what is kept here from anything else that a response may carry. */
class Traced {
  readonly trace: RequestTrace;
  isLeftOpen = false;

  constructor(trace: RequestTrace) {
    this.trace = trace;
  }
}

/** A request that is written down only if it fails. */
class Untraced {
  readonly begin: () => void;

  constructor(begin: () => void) {
    this.begin = begin;
  }
}

/** Of what is refused before a route was looked for there is none. */
const toRoute = ({ route }: Request): string | null => {
  const path: unknown = route === undefined || route === null ? null : Reflect.get(Object(route), 'path');
  return typeof path === 'string' ? path : null;
};

const toPairs = (rawHeaders: readonly string[]): (readonly [string, string])[] =>
  rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : []));
