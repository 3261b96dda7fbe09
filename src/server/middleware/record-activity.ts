import type { Request, RequestHandler } from 'express';
import type { RequestProtocol } from '../../core/request-activity.ts';
import type { ActivityRecorder, RequestTrace } from '../../engine/activity/activity-recorder.ts';
import { RELEASE_PATH } from '../routes/release.ts';
import { getRequestId } from './request-id.ts';
import { getTraceContext } from './trace-context.ts';

/** Longer ones are none of ours. */
const MAX_PATH = 200;

/** What the paths of an API end in, whatever prefix it is served under. */
const PROTOCOLS: readonly (readonly [path: RegExp, protocol: RequestProtocol])[] = [
  [/\/chat\/completions(?:\/|$)/, 'openai-chat'],
  [/\/v1\/completions$/, 'openai-completions'],
  [/\/v1\/(?:responses|conversations)(?:\/|$)/, 'openai-responses'],
  [/\/v1\/messages(?:\/|$)/, 'anthropic'],
  [/^\/api\//, 'ollama'],
  [/\/models(?:\/[^/]+)?$/, 'models'],
  [/\/sessions(?:\/[^/]+)?$/, 'sessions'],
];

/** They come every few seconds, from containers and other windows. */
const UNTRACED: ReadonlySet<string> = new Set(['/health', '/metrics', '/ready', RELEASE_PATH]);

/** The pages of the server and what they are made of: no requests of tools, but for probes of `/`. */
const DOCUMENTS = /^\/(?:$|favicon\.ico$|openapi\.json$|(?:docs|redoc)(?:\/|$))/i;

/** Writes each request down in the log of the panel; it comes before everything that may refuse one. */
export const recordActivity =
  (recorder: Pick<ActivityRecorder, 'begin'>): RequestHandler =>
  (request, response, next) => {
    if (UNTRACED.has(request.path) || DOCUMENTS.test(request.path)) {
      next();
      return;
    }
    const trace = recorder.begin({
      requestId: getRequestId(response),
      method: request.method,
      path: request.path.slice(0, MAX_PATH),
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
    next();
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

/** Of what is refused before a route was looked for there is none. */
const toRoute = ({ route }: Request): string | null => {
  const path: unknown = route === undefined || route === null ? null : Reflect.get(Object(route), 'path');
  return typeof path === 'string' ? path : null;
};

const toPairs = (rawHeaders: readonly string[]): (readonly [string, string])[] =>
  rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : []));
